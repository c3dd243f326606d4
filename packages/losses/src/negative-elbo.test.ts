import { type GaussianTrace, type Objective, registerGradients, termsOf } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { bernoulli, bernoulliNegativeLogLikelihood } from './bernoulli.ts'
import { gaussianKl, gaussianKlPerLatent } from './gaussian-kl.ts'
import { negativeElbo } from './negative-elbo.ts'
import { gaussianTrace } from './testing/gaussian-trace.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

describe('negativeElbo', () => {
  test('has the terms reconstruction and kl', () => {
    const { posterior, output, target, ...rest } = gaussianTrace()
    const terms = termsOf(negativeElbo(), { posterior, output, target, ...rest })
    expect(Object.keys(terms)).toEqual(['reconstruction', 'kl'])
    const { kl } = terms
    expectClose(kl.value.dataSync(), gaussianKl(posterior.mean, posterior.logVariance).dataSync(), { relative: 1e-6 })
    const nll = bernoulliNegativeLogLikelihood(output, target).dataSync()
    expectClose(terms.reconstruction.value.dataSync(), nll, { relative: 1e-6 })
    expect(kl.weight).toBe(1)
  })

  test('takes beta as a number or as a schedule of the step', () => {
    const weightAt = (beta: number | ((step: number) => number), step: number) =>
      termsOf(negativeElbo({ beta }), gaussianTrace(), step).kl.weight
    expect(weightAt(4, 10)).toBe(4)
    expect(weightAt((step) => Math.min(1, step / 100), 25)).toBe(0.25)
  })

  test('refuses a negative beta and an unknown option', () => {
    expect(() => negativeElbo({ beta: -1 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`negativeElbo\` received a bad \`beta\`.

      Expected: a finite number of at least 0, or a function of the step
      Received: -1
      Fix:      pass a finite number of at least 0, or a function of the step]
    `)
    expect(() => negativeElbo({ Beta: 1 } as never)).toThrow('did you mean beta?')
  })
})

describe('negativeElbo with free bits', () => {
  test('charges each latent the more of its batch mean and the free bits, and still reports kl', () => {
    const { posterior, ...rest } = batch()
    const terms = termsOf(negativeElbo({ beta: 2, freeBits: 0.3 }), { posterior, ...rest })
    expect(Object.keys(terms)).toEqual(['reconstruction', 'kl', 'penalty'])
    const { kl, penalty } = terms as Record<string, { value: tf.Tensor; weight: number }>
    expectClose(kl?.value.dataSync() ?? [], gaussianKl(posterior.mean, posterior.logVariance).dataSync())
    expect([kl?.weight, penalty?.weight, penalty?.value.shape]).toEqual([0, 2, []])
    const each = tf.mean(gaussianKlPerLatent(posterior.mean, posterior.logVariance), 0).dataSync()
    expect(each[0]).toBeGreaterThan(0.3)
    expect(each[1]).toBeLessThan(0.3)
    expectClose(penalty?.value.dataSync() ?? [], [(each[0] ?? 0) + 0.3], { relative: 1e-6 })
  })

  test('leaves a latent below them alone', () => {
    const { posterior, ...rest } = batch()
    const f = (mean: tf.Tensor) =>
      penaltyOf(negativeElbo({ freeBits: 0.3 }), { posterior: { ...posterior, mean: mean as tf.Tensor2D }, ...rest })
    expectClose(tf.grad(f)(posterior.mean).dataSync(), [1, 0, -0.5, 0], { relative: 1e-6 })
  })

  test('is the kl where nothing is free', () => {
    const { posterior, ...rest } = batch()
    const kl = tf.mean(gaussianKl(posterior.mean, posterior.logVariance)).dataSync()
    expectClose(penaltyOf(negativeElbo({ freeBits: 0 }), { posterior, ...rest }).dataSync(), kl, { relative: 1e-6 })
  })
})

describe('negativeElbo with a capacity', () => {
  test('charges the distance of the batch mean from it, on either side, at each step', () => {
    const { posterior, ...rest } = batch()
    const kl = tf.mean(gaussianKl(posterior.mean, posterior.logVariance)).dataSync()[0] ?? 0
    const objective = negativeElbo({ beta: 100, capacity: (step) => step / 10 })
    for (const step of [0, 50]) {
      const { penalty } = termsOf(objective, { posterior, ...rest }, step) as Record<
        string,
        { value: tf.Tensor; weight: number }
      >
      expect([penalty?.weight, penalty?.value.shape]).toEqual([100, []])
      expectClose(penalty?.value.dataSync() ?? [], [Math.abs(kl - step / 10)], { relative: 1e-5 })
    }
  })

  test('raises a kl that is below it', () => {
    const { posterior, ...rest } = batch()
    const slope = (capacity: number) =>
      tf.grad((mean: tf.Tensor) =>
        penaltyOf(negativeElbo({ capacity }), { posterior: { ...posterior, mean: mean as tf.Tensor2D }, ...rest }),
      )(posterior.mean)
    expectClose(slope(0).dataSync(), [1, 0.05, -0.5, 0], { relative: 1e-6 })
    expectClose(slope(9).dataSync(), [-1, -0.05, 0.5, 0], { relative: 1e-6 })
  })
})

test('negativeElbo refuses free bits together with a capacity, and bad ones', () => {
  expect(() => negativeElbo({ freeBits: 1, capacity: 1 } as never)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`negativeElbo\` received both \`freeBits\` and \`capacity\`.

    Expected: one of them, or neither
    Received: both
    Fix:      pass freeBits to keep latents from closing, or capacity to aim at a KL]
  `)
  expect(() => negativeElbo({ freeBits: -1 })).toThrow('`freeBits`')
  expect(() => negativeElbo({ capacity: Number.NaN })).toThrow('`capacity`')
})

test('negativeElbo leaks nothing but its terms', () => {
  const example = batch()
  expectNoLeak(() => {
    for (const options of [{ freeBits: 0.3 }, { capacity: 3 }]) {
      tf.dispose(termsOf(negativeElbo(options as { capacity: number }), example) as never)
    }
  })
})

/** Two examples of two latents, of which the second says little. */
function batch(): GaussianTrace {
  const mean = tf.tensor2d([
    [2, 0.1],
    [-1, 0],
  ])
  const output = tf.zeros([2, 3])
  return {
    input: output,
    target: output,
    code: mean,
    output,
    likelihood: bernoulli,
    posterior: { mean, logVariance: tf.zeros([2, 2]) },
  }
}

function penaltyOf(objective: Objective<GaussianTrace, 'penalty'>, trace: GaussianTrace): tf.Scalar {
  return termsOf(objective, trace).penalty.value as tf.Scalar
}
