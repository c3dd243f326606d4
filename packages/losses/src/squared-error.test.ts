import { registerGradients } from '@ae/core'
import { centralDifferences, expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { meanSquaredError, squaredError } from './squared-error.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const sigmoid = (l: number) => 1 / (1 + Math.exp(-l))

describe('meanSquaredError', () => {
  test('is the mean over features, for each example', () => {
    const value = meanSquaredError(tf.tensor([1, 2, 3, 4], [2, 2, 1]), tf.tensor([1, 0, 3, 1], [2, 2, 1]))
    expectClose(value.dataSync(), [2, 4.5], { relative: 1e-6 })
  })

  test('is zero where prediction and target agree', () => {
    expect(meanSquaredError(tf.ones([3, 5]), tf.ones([3, 5])).dataSync()).toEqual(new Float32Array(3))
  })

  test('has the gradient of central differences', async () => {
    const f = (p: tf.Tensor) => tf.sum(meanSquaredError(p, tf.tensor2d([[0, 1, 2]])))
    const reference = (p: readonly number[]) => p.reduce((sum, value, i) => sum + (value - i) ** 2 / 3, 0)
    const start = [0.5, -1, 4]
    expectClose(
      tf
        .grad(f)(tf.tensor2d([start]))
        .dataSync(),
      await centralDifferences((p) => reference([...p]), start),
      { absolute: 1e-5 },
    )
  })

  test('refuses shapes that differ', () => {
    expect(() => meanSquaredError(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrow('of the same shape')
  })
})

describe('squaredError', () => {
  test('with a sigmoid compares in data space, summed over features', () => {
    const value = squaredError({ activation: 'sigmoid' }).negativeLogLikelihood(
      tf.tensor2d([[0, 2]]),
      tf.tensor2d([[1, 0]]),
    )
    expectClose(value.dataSync(), [0.25 + sigmoid(2) ** 2], { relative: 1e-6 })
  })

  test('with a sigmoid takes data in [0, 1] only, without one any', () => {
    expect(squaredError({ activation: 'sigmoid' }).support).toEqual({ minimum: 0, maximum: 1 })
    expect(squaredError().support).toEqual({ minimum: -Infinity, maximum: Infinity })
    expectClose(
      squaredError({ activation: 'sigmoid' })
        .mean(tf.tensor1d([2]))
        .dataSync(),
      [sigmoid(2)],
      { relative: 1e-6 },
    )
    expect(
      squaredError()
        .mean(tf.tensor1d([2]))
        .dataSync()[0],
    ).toBe(2)
  })

  test('refuses an unknown activation', () => {
    expect(() => squaredError({ activation: 'softmax' as never })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`squaredError\` received a bad \`activation\`.

      Expected: one of linear, sigmoid
      Received: "softmax"
      Fix:      pass one of linear, sigmoid]
    `)
  })
})
