import '@tensorflow/tfjs-backend-cpu'
import { type Prior, randomNormal, termsOf } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { gaussianKl, negativeElbo } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { variational } from './variational.ts'

beforeAll(() => tf.setBackend('cpu'))

/** N(3, I). */
const shifted: Prior = {
  sample: (shape, address, temperature = 1) =>
    tf.add(tf.mul(randomNormal(shape, 'prior', address), temperature), 3) as tf.Tensor2D,
  kl: ({ mean, logVariance }) => gaussianKl(tf.sub(mean, 3), logVariance),
}
const options = { inputShape: [6], latentSize: 2, hidden: [5] }

test('another prior is where samples come from', () =>
  expectNoLeak(() => {
    const { members: model } = variational('vae', options, { prior: shifted })
    tf.tidy(() => {
      const samples = model.sample(3, { temperature: 0 })
      expect(samples.dataSync()).toEqual(model.decode(tf.fill([3, 2], 3)).dataSync())
    })
    model.dispose()
  }))

test.each([
  ['kl', negativeElbo()],
  ['penalty', negativeElbo({ capacity: 0 })],
] as const)('another prior is what the term %s measures against', (name, objective) =>
  expectNoLeak(() => {
    const { members: model } = variational('vae', options, { prior: shifted })
    tf.tidy(() => {
      const trace = model.trace(tf.zeros([4, 6]), { seed: 1 })
      const { mean, logVariance } = trace.posterior
      const terms: Readonly<Record<string, { readonly value: tf.Tensor }>> = termsOf(objective, trace)
      const meanOf = (x: tf.Tensor = tf.scalar(Number.NaN)) => Number(tf.mean(x).dataSync()[0])
      expect(meanOf(terms[name]?.value)).toBeCloseTo(meanOf(gaussianKl(tf.sub(mean, 3), logVariance)), 5)
    })
    model.dispose()
  }),
)
