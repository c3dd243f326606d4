import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { continuousBernoulli } from './continuous-bernoulli.ts'

beforeAll(() => tf.setBackend('cpu'))

/** The integral over [0, 1] of x^power p(x), from the likelihood itself, at the middles of intervals. */
function integral(logit: number, power: number): number {
  const points = Array.from({ length: 4000 }, (_, i) => (i + 0.5) / 4000)
  const target = tf.tensor2d(points, [4000, 1])
  const nats = continuousBernoulli.negativeLogLikelihood(tf.fill([4000, 1], logit), target).dataSync()
  return points.reduce((sum, x, i) => sum + (x ** power * Math.exp(-(nats[i] ?? 0))) / 4000, 0)
}

test.each([-20, -2, -0.9, -1e-3, 0, 1e-6, 0.5, 1.1, 8])(
  'continuousBernoulli is a density, and mean its mean, at logit %s',
  (logit) => {
    expect(integral(logit, 0)).toBeCloseTo(1, 4)
    expect(continuousBernoulli.mean(tf.tensor1d([logit])).dataSync()[0]).toBeCloseTo(integral(logit, 1), 4)
  },
)

test('continuousBernoulli has a mean nearer to 1/2 than the sigmoid, and 1/2 at 0', () => {
  const logits = tf.tensor1d([-3, 0, 3])
  expectClose(continuousBernoulli.mean(logits).dataSync(), [0.2809, 0.5, 0.7191], { absolute: 1e-4 })
  expectClose(bernoulli.mean(logits).dataSync(), [0.0474, 0.5, 0.9526], { absolute: 1e-4 })
})

test('continuousBernoulli meets its Taylor expansions without a step', () => {
  for (const edge of [-1, 1]) {
    const logits = tf.tensor1d([edge * (1 - 1e-6), edge * (1 + 1e-6)])
    const [inside = 0, outside = 0] = continuousBernoulli.mean(logits).dataSync()
    expect(Math.abs(inside - outside)).toBeLessThan(5e-7)
    const [below = 0, above = 0] = continuousBernoulli
      .negativeLogLikelihood(tf.reshape(logits, [2, 1]), tf.zeros([2, 1]))
      .dataSync()
    expect(Math.abs(below - above)).toBeLessThan(3e-6)
  }
})
