import { registerGradients, type Trace, termsOf } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { klSparsity, l1Sparsity } from './sparsity.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const penalty = (objective: ReturnType<typeof klSparsity>, code: tf.Tensor) =>
  termsOf(objective, { code } as Trace).sparsity.value
const bernoulliKl = (rate: number, a: number) => rate * Math.log(rate / a) + (1 - rate) * Math.log((1 - rate) / (1 - a))
const codes = [0.1, 0.5, 0.2, 0.3, 0.9, 0.4]

describe('klSparsity', () => {
  const reference = (c: ArrayLike<number>, rate: number) =>
    [0, 1, 2].reduce((sum, unit) => sum + bernoulliKl(rate, (Number(c[unit]) + Number(c[unit + 3])) / 2), 0)

  test('is the divergence of the rate from each batch mean, summed over units', () => {
    const value = penalty(klSparsity({ rate: 0.2 }), tf.tensor2d(codes, [2, 3]))
    expect(value.shape).toEqual([])
    expectClose(value.dataSync(), [reference(codes, 0.2)], { relative: 1e-6 })
    expectClose(penalty(klSparsity(), tf.tensor2d(codes, [2, 3])).dataSync(), [reference(codes, 0.05)], {
      relative: 1e-6,
    })
  })

  test('is zero where every unit is active as often as asked', () => {
    expectClose(penalty(klSparsity({ rate: 0.1 }), tf.tensor2d([0.2, 0.1, 0, 0.1], [2, 2])).dataSync(), [0], {
      absolute: 1e-7,
    })
  })

  test('has the gradient of central differences', async () => {
    const gradient = tf.grad((c: tf.Tensor) => tf.mul(penalty(klSparsity(), c), 3))(tf.tensor2d(codes, [2, 3]))
    const expected = await centralDifferences((c) => 3 * reference(c, 0.05), codes, { step: 1 / 256 })
    expectClose(gradient.dataSync(), expected, { absolute: 1e-4 })
  })

  test('counts a dead unit as active one time in a million, and a saturated one so far from 1; both are pulled back', () => {
    const code = tf.tensor2d([0, 1], [1, 2])
    const expected = bernoulliKl(0.05, 1e-6) + bernoulliKl(0.05, 1 - 1e-6)
    expectClose(penalty(klSparsity(), code).dataSync(), [expected], { relative: 1e-5 })
    const slopes = tf
      .grad((c: tf.Tensor) => penalty(klSparsity(), c))(code)
      .dataSync()
    expectClose(slopes, [-0.05 / 1e-6 + 0.95, 0.95 / 1e-6 - 0.05], { relative: 1e-4 })
  })

  test('refuses a rate of 0 or 1', () => {
    expect(() => klSparsity({ rate: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`klSparsity\` received a bad \`rate\`.

      Expected: a number above 0 and below 1
      Received: 0
      Fix:      pass a number above 0 and below 1]
    `)
    expect(() => klSparsity({ rate: 1 })).toThrow('`rate`')
  })
})

test('l1Sparsity is the sum of absolute values, for each example', () => {
  const code = tf.tensor2d([1, -2, 0, 0.5], [2, 2])
  expectClose(penalty(l1Sparsity(), code).dataSync(), [3, 0.5])
  const gradient = tf.grad((c: tf.Tensor) => tf.sum(penalty(l1Sparsity(), c)))(code)
  expectClose(gradient.dataSync(), [1, -1, 0, 1])
})

test('both leak nothing', () => {
  const code = tf.tensor2d(codes, [2, 3])
  expectNoLeak(() => {
    for (const objective of [klSparsity(), l1Sparsity()]) {
      penalty(objective, code).dispose()
      tf.grad((c: tf.Tensor) => tf.sum(penalty(objective, c)))(code).dispose()
    }
  })
})
