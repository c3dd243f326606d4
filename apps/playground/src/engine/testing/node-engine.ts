// The engine in Node, for tests: with the digits that are installed, on `wasm`.

import { readFile } from 'node:fs/promises'
import { type LabelledDataset, mnist } from '@ae/datasets'
import type { Frame } from '../engine.ts'
import { readFirstView } from '../first-view.ts'
import { LocalEngine } from '../local-engine.ts'
import { mixedShapes } from '../mixed-shapes.ts'
import { plainSettings } from '../plain-settings.ts'
import type { Settings } from '../settings.ts'

/** Read once: all digits are checked when they are. */
let digits: Promise<LabelledDataset> | undefined

/** An engine without a Worker. */
export function nodeEngine(): LocalEngine {
  return new LocalEngine({
    source: {
      known: [{ name: 'mnist', count: 60_000, classes: 10, shape: [28, 28, 1] }],
      async load(name, count) {
        if (name === 'shapes') return mixedShapes(count)
        digits ??= mnist({ split: 'train', limit: 2000 })
        return (await digits).take(count)
      },
    },
    backends: () => import('@ae/web'),
    async firstView() {
      const file = (name: string) => readFile(new URL(`../first-view/${name}.safetensors`, import.meta.url))
      return readFirstView(await file('model'), await file('view'))
    },
  })
}

/** A run of some milliseconds. */
export const smallSettings: Settings = {
  ...plainSettings,
  examples: 192,
  hidden: [16],
  latentSize: 3,
  epochs: 2,
  batchSize: 64,
}

/** The losses of the epochs, by training. */
export async function epochLosses(engine: LocalEngine): Promise<Frame['loss'][]> {
  const losses: Frame['loss'][] = []
  await engine.train(({ closesEpoch, loss }) => {
    if (closesEpoch) losses.push(loss)
  })
  return losses
}
