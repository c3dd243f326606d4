// `pnpm --filter @ae/playground pretrain`: trains the model that the page opens with, and writes the two files of the first view.

import { writeFile } from 'node:fs/promises'
import { load, memory, save, selectBackend, train, writeSafetensors } from '@ae/core'
import { type LabelledDataset, mnist } from '@ae/datasets'
import { encodeAll, score } from '@ae/metrics'
import { vae } from '@ae/models'
import { wasm } from '@ae/web'
import { createModel } from '../create-model.ts'
import { readExamples } from '../examples.ts'
import { pointSteps } from '../first-view.ts'
import { modelCard } from '../model-card.ts'
import type { OpenedModel } from '../opened-model.ts'
import { latentPlane } from '../plane.ts'
import { firstSettings } from './settings.ts'

/** How many digits lie on the plane, say what scores are typical, and can be looked at. All are of the test images. */
const counts = { points: 1000, scores: 200, examples: 32 }

/**
 * Trains and writes.
 *
 * @param write takes the files
 */
export async function pretrain(write: (name: string, bytes: Uint8Array) => Promise<void> = toThisFolder) {
  await selectBackend(wasm)
  const digits = await mnist({ split: 'train', limit: firstSettings.examples })
  const trained = await createModel(firstSettings, digits)
  const { epochs, batchSize, learningRate, seed } = firstSettings
  let steps = 0
  for await (const { epoch, step, loss } of train(trained, digits, { epochs, batchSize, learningRate, seed })) {
    console.log(`epoch ${epoch}: ${loss.total?.toFixed(2)} nats`)
    steps = step
  }
  const store = memory()
  await save(trained, store, { dataset: firstSettings.dataset, weights: 'int8' })
  trained.dispose()
  await write('model', await store.read())
  // Everything else is made with the weights that the page has, of 8 bits.
  const model = await load(store, vae)
  const view = await viewOf(model as unknown as OpenedModel, steps, await mnist({ split: 'test' }))
  model.dispose()
  await write('view', view)
}

async function viewOf(model: OpenedModel, steps: number, digits: LabelledDataset): Promise<Uint8Array> {
  const { values, labels } = await encodeAll(model as never, digits.take(counts.points))
  const { plane } = latentPlane(values, firstSettings.epochs)
  const points = Uint8Array.from(values, (value, i) => {
    const [low = 0, high = 1] = i % 2 === 0 ? plane.extent.slice(0, 2) : plane.extent.slice(2)
    return Math.round((pointSteps * (value - low)) / (high - low))
  })
  const scores = (await score(model as never, digits.take(counts.scores))).sort()
  const examples = await readExamples(digits, counts.examples)
  const pixels = examples.pictures.values.map((value) => 255 * value)
  const { height, width, channels } = examples.pictures
  return writeSafetensors({
    metadata: new Map([
      ['card', JSON.stringify(modelCard(model, firstSettings, steps))],
      ['extent', JSON.stringify(plane.extent)],
    ]),
    tensors: new Map([
      ['points', { shape: [counts.points, 2], data: points }],
      ['labels', { shape: [counts.points], data: Uint8Array.from(labels ?? []) }],
      ['typical', { shape: [counts.scores], data: scores }],
      ['examples', { shape: [counts.examples, height, width, channels], data: Uint8Array.from(pixels, Math.round) }],
      ['exampleLabels', { shape: [counts.examples], data: examples.labels ?? new Uint8Array() }],
    ]),
  })
}

async function toThisFolder(name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(new URL(`./${name}.safetensors`, import.meta.url), bytes)
  console.log(`${name}.safetensors: ${bytes.length} bytes`)
}
