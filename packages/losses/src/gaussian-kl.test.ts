import { registerGradients } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { gaussianKl, gaussianKlPerLatent, reparameterize } from './gaussian-kl.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const mean = [0.5, -1, 0, 3]
const logVariance = [0, -2, 1.5, 0.3]
const noise = [1, -0.5, 2, 0]
const row = (values: readonly number[]) => tf.tensor2d([[...values]])
const kl = (m: readonly number[], v: readonly number[]) =>
  m.reduce((sum, value, i) => sum + 0.5 * (Math.exp(v[i] ?? 0) + value * value - 1 - (v[i] ?? 0)), 0)
/** The same by numerical integration of q log(q / p), one latent at a time. */
const integrated = (m: number, v: number) => {
  const [sigma, step] = [Math.exp(v / 2), 1e-3]
  let sum = 0
  for (let z = m - 12 * sigma; z < m + 12 * sigma; z += step * sigma) {
    const logQ = -0.5 * ((z - m) / sigma) ** 2 - Math.log(sigma * Math.sqrt(2 * Math.PI))
    const logP = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI)
    sum += Math.exp(logQ) * (logQ - logP) * step * sigma
  }
  return sum
}

describe('gaussianKl', () => {
  test('is the integral of q log(q / p), summed over latents', () => {
    const expected = mean.reduce((sum, m, i) => sum + integrated(m, logVariance[i] ?? 0), 0)
    expectClose(gaussianKl(row(mean), row(logVariance)).dataSync(), [expected], { relative: 1e-4 })
  })

  test('is zero when the posterior is the prior, and positive otherwise', () => {
    expect(gaussianKl(tf.zeros([2, 3]), tf.zeros([2, 3])).dataSync()).toEqual(new Float32Array(2))
    expect(gaussianKl(row([0.1]), row([0])).dataSync()[0]).toBeGreaterThan(0)
  })

  test('has the gradients of central differences', async () => {
    const f = (m: tf.Tensor2D, v: tf.Tensor2D) => tf.sum<tf.Scalar>(tf.mul(gaussianKl(m, v), 3))
    const [dMean, dLogVariance] = tf.grads(f as never)([row(mean), row(logVariance)]) as [tf.Tensor, tf.Tensor]
    const scaled = (m: readonly number[], v: readonly number[]) => 3 * kl(m, v)
    expectClose(dMean.dataSync(), await centralDifferences((m) => scaled([...m], logVariance), mean), {
      absolute: 1e-4,
    })
    expectClose(dLogVariance.dataSync(), await centralDifferences((v) => scaled(mean, [...v]), logVariance), {
      absolute: 1e-4,
    })
  })

  test('refuses shapes that differ', () => {
    expect(() => gaussianKl(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`gaussianKl\` received \`mean\` and \`logVariance\` whose shapes do not match.

      Expected: mean and logVariance of the same shape [batch, ...features]
      Received: mean [2, 3], logVariance [2, 4]
      Fix:      reshape one to the other, e.g. tf.reshape(logVariance, mean.shape)]
    `)
  })
})

describe('gaussianKlPerLatent', () => {
  test('is the divergence of each latent, whose sum gaussianKl is', () => {
    const value = gaussianKlPerLatent(row(mean), row(logVariance))
    expect(value.shape).toEqual([1, 4])
    expectClose(
      value.dataSync(),
      mean.map((m, i) => kl([m], [logVariance[i] ?? 0])),
      { relative: 1e-5, absolute: 1e-7 },
    )
  })

  test('has the gradients of central differences, a latent at a time', async () => {
    const weights = [1, 2, -1, 0.5]
    const f = (m: tf.Tensor2D, v: tf.Tensor2D) => tf.sum(tf.mul(gaussianKlPerLatent(m, v), row(weights)))
    const reference = (m: readonly number[], v: readonly number[]) =>
      m.reduce((sum, x, i) => sum + (weights[i] ?? 0) * kl([x], [v[i] ?? 0]), 0)
    const [dMean, dLogVariance] = tf.grads(f as never)([row(mean), row(logVariance)]) as [tf.Tensor, tf.Tensor]
    expectClose(dMean.dataSync(), await centralDifferences((m) => reference([...m], logVariance), mean), {
      absolute: 1e-4,
    })
    expectClose(dLogVariance.dataSync(), await centralDifferences((v) => reference(mean, [...v]), logVariance), {
      absolute: 1e-4,
    })
  })

  test('refuses shapes that differ', () => {
    expect(() => gaussianKlPerLatent(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrow('of the same shape')
  })
})

describe('reparameterize', () => {
  test('is mean + standard deviation times noise', () => {
    const expected = mean.map((m, i) => m + Math.exp((logVariance[i] ?? 0) / 2) * (noise[i] ?? 0))
    expectClose(reparameterize(row(mean), row(logVariance), row(noise)).dataSync(), expected, { relative: 1e-6 })
  })

  test('has the gradients of central differences', async () => {
    const weights = [1, 2, -1, 0.5]
    const f = (m: tf.Tensor2D, v: tf.Tensor2D) =>
      tf.sum<tf.Scalar>(tf.mul(reparameterize(m, v, row(noise)), row(weights)))
    const reference = (m: readonly number[], v: readonly number[]) =>
      m.reduce((sum, x, i) => sum + (weights[i] ?? 0) * (x + Math.exp((v[i] ?? 0) / 2) * (noise[i] ?? 0)), 0)
    const [dMean, dLogVariance] = tf.grads(f as never)([row(mean), row(logVariance)]) as [tf.Tensor, tf.Tensor]
    expectClose(dMean.dataSync(), await centralDifferences((m) => reference([...m], logVariance), mean), {
      absolute: 1e-4,
    })
    expectClose(dLogVariance.dataSync(), await centralDifferences((v) => reference(mean, [...v]), logVariance), {
      absolute: 1e-4,
    })
  })

  test('leaks nothing', () =>
    expectNoLeak(() => {
      tf.tidy(() => {
        tf.grad((m: tf.Tensor) => tf.sum(reparameterize(m as tf.Tensor2D, row(logVariance), row(noise))))(row(mean))
      })
    }))

  test('refuses noise of a different shape', () => {
    expect(() => reparameterize(row(mean), row(logVariance), tf.zeros([1, 3]))).toThrow('`noise`')
  })
})
