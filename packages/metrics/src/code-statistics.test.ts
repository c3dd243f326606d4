import { registerGradients } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { autoencoder, type PlainAutoencoder } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { codeStatistics } from './code-statistics.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const examples = [
  [0, 0, -0.5],
  [0.2, 0.005, 0],
  [0.4, 0, 0.5],
  [1, -0.005, 0],
]
const data = fromArray(examples, { shape: [3] })

/** An autoencoder whose code is the example itself. */
function identity(): PlainAutoencoder {
  const model = autoencoder({ inputShape: [3], hidden: [], codeSize: 3, codeActivation: 'linear' })
  tf.tidy(() => {
    model.variables['encoder.0.weight']?.assign(tf.eye(3))
    model.variables['encoder.0.bias']?.assign(tf.zeros([3]))
  })
  return model
}

describe('codeStatistics', () => {
  test('gives the mean of each unit and over all, whatever the batch size', async () => {
    using model = identity()
    for (const batchSize of [1, 3, 256]) {
      const { meanActivation, meanActivations } = await codeStatistics(model, data, { batchSize })
      expectClose(meanActivations, [0.4, 0, 0], { absolute: 1e-7 })
      expect(meanActivation).toBeCloseTo(0.4 / 3, 6)
    }
  })

  test('calls a unit dead that never exceeds the threshold in size', async () => {
    using model = identity()
    expect((await codeStatistics(model, data)).deadUnits).toEqual([1])
    expect((await codeStatistics(model, data, { threshold: 0.001 })).deadUnits).toEqual([])
    expect((await codeStatistics(model, data, { threshold: 0.6 })).deadUnits).toEqual([1, 2])
  })

  test('counts activations in equal parts of their range, both ends included', async () => {
    using model = identity()
    const { histogram } = await codeStatistics(model, data, { bins: 3 })
    expect(histogram).toEqual({ range: { minimum: -0.5, maximum: 1 }, counts: [2, 8, 2] })
  })

  test('puts activations that are all the same into one part', async () => {
    using model = identity()
    const { histogram } = await codeStatistics(model, fromArray([[0.5, 0.5, 0.5]], { shape: [3] }), { bins: 2 })
    expect(histogram).toEqual({ range: { minimum: 0.5, maximum: 0.5 }, counts: [3, 0] })
  })

  test('leaks nothing, also when the model cannot take the data', () =>
    expectNoLeak(async () => {
      using model = identity()
      await codeStatistics(model, data)
      await expect(codeStatistics(model, fromArray([[1, 2]], { shape: [2] }))).rejects.toThrow('wrong shape')
    }))

  test('refuses bad options and data without examples', async () => {
    using model = identity()
    await expect(codeStatistics(model, data, { bins: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`codeStatistics\` received a bad \`bins\`.

      Expected: an integer from 1 to 2^20
      Received: 0
      Fix:      pass an integer from 1 to 2^20]
    `)
    await expect(codeStatistics(model, data, { bin: 1 } as never)).rejects.toThrow('did you mean bins?')
    await expect(codeStatistics(model, { ...data, size: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [DatasetError: \`codeStatistics\` received a data set without examples.

      Received: array
      Fix:      pass a data set of at least one example]
    `)
  })
})
