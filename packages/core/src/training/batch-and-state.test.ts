// What a model may do beside moving weights: keep a state of its own, and take labels.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Dataset, LabelledBatch } from '../dataset.ts'
import { load, type ModelKind, save } from '../files/save.ts'
import type { Autoencoder, Trainable } from '../model.ts'
import { memory } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { evaluate } from './evaluate.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const options = { batchSize: 16, learningRate: 0.01, seed: 5 }

describe('a model with a state of its own', () => {
  test('moves it in training passes only', async () => {
    using model = counting()
    for await (const _ of train(model, tinyData(), { ...options, epochs: 2, validation: tinyData() }));
    expect(passes(model)).toBe(10)
    await evaluate(model, tinyData())
    expect(passes(model)).toBe(10)
  })

  test('has it saved and loaded', async () => {
    using model = counting()
    for await (const _ of train(model, tinyData(), { ...options, epochs: 1 }));
    const store = memory()
    await save(model, store)
    using loaded = await load(store, kind)
    expect(passes(loaded)).toBe(5)
  })

  test('goes on from that of a checkpoint', async () => {
    const store = memory()
    using first = counting()
    for await (const _ of train(first, tinyData(), { ...options, epochs: 2, checkpoint: store }));
    using second = counting()
    for await (const _ of train(second, tinyData(), { ...options, epochs: 3, resume: store }));
    expect(passes(second)).toBe(15)
  })

  test('leaks nothing', async () => {
    using model = counting()
    const before = tf.memory().numTensors
    for await (const _ of train(model, tinyData(), { ...options, epochs: 3 }));
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('batches of examples with labels', () => {
  test('reach the model whole, in training and in evaluation, and are released', async () => {
    const seen: number[][] = []
    using model = labelled((labels) => seen.push([...labels.dataSync()]))
    const before = tf.memory().numTensors
    for await (const { loss } of train(model, withParity(tinyData()), { ...options, epochs: 1 })) {
      expect(loss.total).toBeGreaterThan(0)
    }
    expect(seen.map((labels) => labels.length)).toEqual([16, 16, 16, 16, 6])
    await evaluate(model, withParity(tinyData()), { batchSize: 70 })
    expect(seen.at(-1)).toEqual(Array.from({ length: 70 }, (_, i) => i % 2))
    expect(tf.memory().numTensors).toBe(before)
  })

  test('are released when the loop is left', async () => {
    using model = labelled(() => {})
    const before = tf.memory().numTensors
    for await (const _ of train(model, withParity(tinyData()), { ...options, epochs: 5 })) break
    expect(tf.memory().numTensors).toBe(before)
  })
})

/** The tiny model, which also counts its training passes. */
function counting(): Autoencoder & Trainable<Trace, 'reconstruction'> {
  const model = tinyModel()
  const count = tf.tidy(() => tf.variable(tf.scalar(0)))
  const dispose = () => {
    model.dispose()
    count.dispose()
  }
  return {
    ...model,
    kind: 'counting',
    state: { count },
    trace(x, traceOptions = {}) {
      if (traceOptions.training) count.assign(tf.add(count, 1))
      return model.trace(x, traceOptions)
    },
    dispose,
    [Symbol.dispose]: dispose,
  }
}

const kind: ModelKind<ReturnType<typeof counting>> = { kind: 'counting', fromConfig: counting }

function passes({ state }: Pick<Trainable, 'state'>): number | undefined {
  return state?.count?.dataSync()[0]
}

/** The tiny model, which wants labels and shows them. */
function labelled(see: (labels: tf.Tensor1D) => void): Trainable<Trace, 'reconstruction', LabelledBatch> {
  const model = tinyModel()
  return {
    ...model,
    trace({ examples, labels }, traceOptions) {
      see(labels)
      return model.trace(examples, traceOptions)
    },
  }
}

/** The data with its place's parity as label. */
function withParity(data: Dataset): Dataset<LabelledBatch> {
  return {
    ...data,
    async *batches(batchOptions) {
      for await (const examples of data.batches(batchOptions)) {
        const labels = Array.from({ length: examples.shape[0] ?? 0 }, (_, i) => i % 2)
        yield { examples, labels: tf.tensor1d(labels, 'int32') }
      }
    },
  }
}
