import { load, memory, save, uniforms } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { allModels } from './all-models.ts'
import { models } from './catalogue.ts'
import type { ConditionalVae } from './conditional-vae.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { inspect } from './summary/inspect.ts'
import { summary } from './summary/summary.ts'

beforeAll(() => tf.setBackend('cpu'))

const architecture = convolutionalArchitecture({ channels: [3, 4], normalization: 'batch' })
const inputShape = [9, 7, 2]

/** How far the codes of a fresh model may move: half a step of the type, a few layers deep. */
const tolerances = { float16: 1e-3, bfloat16: 1e-2, int8: 2e-2 } as const

test.each(models.flatMap((row) => (['float16', 'bfloat16', 'int8'] as const).map((weights) => ({ ...row, weights }))))(
  '$name is saved as $weights, inspected and loaded',
  async ({ create, small, name, weights }) => {
    const own = name === 'vq-vae' ? { codebookSize: 16, embeddingSize: 4 } : small.options
    const model = create({ inputShape, seed: 1, architecture, ...own })
    const store = memory()
    await save(model, store, { weights })
    const { layers, parameters, dtypes } = await inspect(store)
    const sorted = [...layers].sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(sorted).toEqual([...summary(model).layers].sort((a, b) => (a.name < b.name ? -1 : 1)))
    expect(parameters).toBe(summary(model).parameters)
    expect(Object.keys(dtypes).sort()).toEqual(
      [{ float16: 'F16', bfloat16: 'BF16', int8: 'I8' }[weights], 'F32'].sort(),
    )

    const loaded = await load(store, ...allModels)
    expect(Object.values(loaded.variables).every(({ dtype }) => dtype === 'float32')).toBe(true)
    const [before, after] = [model, loaded].map((each) =>
      tf.tidy(() => {
        const x = tf.tensor(uniforms('x', {}, 2 * 9 * 7 * 2), [2, ...inputShape])
        return (each as unknown as ConditionalVae).encode(x, [0, 1]).arraySync().flat()
      }),
    )
    const worst = Math.max(...(before ?? []).map((value, i) => Math.abs(value - (after?.[i] ?? Number.NaN))))
    expect(worst).toBeLessThan(tolerances[weights])
    if (name !== 'vq-vae') expect(worst).toBeGreaterThan(0)
    model.dispose()
    loaded.dispose()
  },
)
