import { DatasetError, OptionError, registerGradients, ShapeError } from '@ae/core'
import { fromArray, withLabels } from '@ae/datasets'
import { expectClose } from '@ae/library/testing'
import {
  autoencoder,
  betaTcVae,
  conditionalVae,
  contractiveAutoencoder,
  denoisingAutoencoder,
  iwae,
  maskingNoise,
  sparseAutoencoder,
  stackedAutoencoder,
  vae,
  vqVae,
} from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeAll } from './encode-all.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const rows = Array.from({ length: 7 }, (_, i) => Array.from({ length: 6 }, (_, j) => ((i * 5 + j * 3) % 11) / 11))
const data = fromArray(rows, { shape: [6], labels: [2, 0, 1, 1, 0, 2, 1] })
const inputShape = [6]
const dense = { inputShape, hidden: [5], seed: 3 }

/** What `run` gives, after which there are as many tensors as before. */
async function withoutLeak<result>(run: () => Promise<result>): Promise<result> {
  const { numTensors } = tf.memory()
  const result = await run()
  expect(tf.memory().numTensors).toBe(numTensors)
  return result
}

describe.each([
  ['autoencoder', () => autoencoder({ ...dense, codeSize: 3 })],
  ['sparseAutoencoder', () => sparseAutoencoder({ inputShape, codeSize: 3 })],
  ['contractiveAutoencoder', () => contractiveAutoencoder({ inputShape, codeSize: 3 })],
  [
    'denoisingAutoencoder',
    () =>
      denoisingAutoencoder({ model: autoencoder({ ...dense, codeSize: 3 }), corruption: maskingNoise({ rate: 0.3 }) }),
  ],
  ['stackedAutoencoder', () => stackedAutoencoder({ ...dense, codeSize: 3 })],
  ['vae', () => vae({ ...dense, latentSize: 3 })],
  ['betaTcVae', () => betaTcVae({ ...dense, latentSize: 3, exampleCount: 7 })],
  ['iwae', () => iwae({ ...dense, latentSize: 3 })],
  ['vqVae', () => vqVae({ ...dense, positions: 2, embeddingSize: 3, codebookSize: 4 })],
])('encodeAll of %s', (_kind, make) => {
  test('gives the codes that encode gives, in any batches, and the labels', async () => {
    using model = make()
    const x = tf.tensor2d(rows)
    const expected = model.encode(x)
    for (const batchSize of [2, 256]) {
      const encoded = await withoutLeak(() => encodeAll(model, data, { batchSize }))
      expectClose(encoded.values, await expected.data(), { absolute: 1e-6 })
      expect([encoded.count, encoded.codeSize]).toEqual([7, model.codeSize])
      expect([...encoded.labels]).toEqual([2, 0, 1, 1, 0, 2, 1])
    }
    tf.dispose([x, expected])
  })
})

describe('encodeAll of a conditional VAE', () => {
  test('gives each example its own label', async () => {
    using model = conditionalVae({ ...dense, latentSize: 3, classes: 3 })
    const x = tf.tensor2d(rows)
    const expected = model.encode(x, Int32Array.from(data.labels))
    const encoded = await withoutLeak(() => encodeAll(model, withLabels(data), { batchSize: 3 }))
    expectClose(encoded.values, await expected.data(), { absolute: 1e-6 })
    expect(encoded.labels).toEqual(Int32Array.from(data.labels))
    tf.dispose([x, expected])
  })

  test('refuses data without labels, and leaks nothing', async () => {
    using model = conditionalVae({ ...dense, latentSize: 3, classes: 3 })
    await withoutLeak(() =>
      expect(encodeAll(model, data)).rejects.toThrowErrorMatchingInlineSnapshot(`
        [DatasetError: \`encodeAll\` received data without labels for a model that needs them.

        Expected: batches { examples, labels }
        Received: a tensor of shape [7, 6]
        Fix:      pass withLabels(data), or choose one label for all: encodeAll(model.forLabel(label), data)]
      `),
    )
    const encoded = await encodeAll(model.forLabel(1), data)
    expect(encoded.codeSize).toBe(3)
  })
})

test('labels that only the batches know are given too', async () => {
  using model = vae({ ...dense, latentSize: 3 })
  const { labels: _, ...unknown } = withLabels(data)
  const { labels } = await withoutLeak(() => encodeAll(model, unknown, { batchSize: 3 }))
  expect(labels).toEqual(Int32Array.from(data.labels))
  const without = fromArray(rows, { shape: [6] })
  expect((await encodeAll(model, without)).labels).toBeUndefined()
})

test('progress is told after each batch, and a signal stops between two', async () => {
  using model = vae({ ...dense, latentSize: 3 })
  const stop = new AbortController()
  const told: string[] = []
  const run = () =>
    encodeAll(model, data, {
      batchSize: 2,
      signal: stop.signal,
      onProgress: ({ done, total }) => {
        told.push(`${done} of ${total}`)
        if (done === 4) stop.abort(new Error('enough'))
      },
    })
  await withoutLeak(() => expect(run()).rejects.toThrow('enough'))
  expect(told).toEqual(['2 of 7', '4 of 7'])
})

test('what cannot be encoded is refused', async () => {
  using model = vae({ ...dense, latentSize: 3 })
  await expect(encodeAll({} as never, data)).rejects.toThrow(OptionError)
  await expect(encodeAll(model, { ...data, size: 0 })).rejects.toThrow(DatasetError)
  await expect(encodeAll(model, data, { batch: 3 } as never)).rejects.toThrow(OptionError)
  await expect(encodeAll(model, fromArray(rows.flat(), { shape: [3] }))).rejects.toThrow(ShapeError)
})
