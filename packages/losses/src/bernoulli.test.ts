import { registerGradients } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { bernoulli, bernoulliNegativeLogLikelihood } from './bernoulli.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const logits = [0.3, -1.2, 2.5, 0, -4, 6]
const target = [1, 0, 0.5, 0.25, 0, 1]
/** -x log p - (1 - x) log(1 - p) with p = sigmoid(l), summed, in float64. */
const reference = (l: readonly number[], x: readonly number[]) =>
  l.reduce((sum, value, i) => {
    const p = 1 / (1 + Math.exp(-value))
    return sum - (x[i] ?? 0) * Math.log(p) - (1 - (x[i] ?? 0)) * Math.log(1 - p)
  }, 0)

describe('bernoulliNegativeLogLikelihood', () => {
  test('is the binary cross-entropy summed over features, for each example', () => {
    const value = bernoulliNegativeLogLikelihood(tf.tensor(logits, [2, 3, 1]), tf.tensor(target, [2, 3, 1]))
    expect(value.shape).toEqual([2])
    expectClose(
      value.dataSync(),
      [reference(logits.slice(0, 3), target.slice(0, 3)), reference(logits.slice(3), target.slice(3))],
      { relative: 1e-6 },
    )
  })

  test('is features log 2 where every logit is 0, whatever the target', () => {
    const value = bernoulliNegativeLogLikelihood(tf.zeros([1, 784]), tf.fill([1, 784], 0.3))
    expectClose(value.dataSync(), [784 * Math.log(2)], { relative: 1e-6 })
  })

  test('stays finite and exact for logits of +-100', () => {
    const value = bernoulliNegativeLogLikelihood(
      tf.tensor2d([
        [100, -100],
        [100, -100],
      ]),
      tf.tensor2d([
        [1, 0],
        [0, 1],
      ]),
    )
    expectClose(value.dataSync(), [0, 200], { absolute: 1e-6, relative: 1e-6 })
  })

  test('has the gradient of central differences, and none for the target', async () => {
    const f = (l: tf.Tensor) => tf.sum(bernoulliNegativeLogLikelihood(l, tf.tensor2d([target])))
    const gradient = tf.grad(f)(tf.tensor2d([logits]))
    expectClose(gradient.dataSync(), await centralDifferences((l) => reference([...l], target), logits), {
      absolute: 1e-5,
    })
  })

  test('scales its gradient by dy, an example at a time', () => {
    const weights = tf.tensor1d([2, -3])
    const f = (l: tf.Tensor) => tf.sum(tf.mul(bernoulliNegativeLogLikelihood(l, tf.zeros([2, 2])), weights))
    expectClose(
      tf
        .grad(f)(tf.zeros([2, 2]))
        .dataSync(),
      [1, 1, -1.5, -1.5],
      { relative: 1e-6 },
    )
  })

  test('leaks nothing, with and without gradients', () =>
    expectNoLeak(() => {
      tf.tidy(() => {
        const [l, x] = [tf.tensor2d([logits]), tf.tensor2d([target])]
        tf.grad((y: tf.Tensor) => tf.sum(bernoulliNegativeLogLikelihood(y, x)))(l)
      })
      const inputs = [tf.tensor2d([logits]), tf.tensor2d([target])] as const
      bernoulliNegativeLogLikelihood(...inputs).dispose()
      tf.dispose([...inputs])
    }))

  test('refuses shapes that differ', () => {
    expect(() =>
      bernoulliNegativeLogLikelihood(tf.zeros([2, 784]), tf.zeros([2, 28, 28])),
    ).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`bernoulliNegativeLogLikelihood\` received \`logits\` and \`target\` whose shapes do not match.

      Expected: logits and target of the same shape [batch, ...features]
      Received: logits [2, 784], target [2, 28, 28]
      Fix:      reshape one to the other, e.g. tf.reshape(target, logits.shape)]
    `)
    expect(() => bernoulliNegativeLogLikelihood(tf.zeros([3]), tf.zeros([3]))).toThrow('of the same shape')
  })
})

test('the output of bernoulli is a logit', () => {
  expectClose(bernoulli.mean(tf.tensor1d([0, Math.log(3)])).dataSync(), [0.5, 0.75], { relative: 1e-6 })
  expect(bernoulli.support).toEqual({ minimum: 0, maximum: 1 })
})
