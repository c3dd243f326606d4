import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { annealedBounds, annealedLogLikelihood } from './annealed-log-likelihood.ts'
import { importanceSampledLogLikelihood } from './log-likelihood.ts'
import { linearExamples, linearGaussian, meanLogLikelihood } from './testing/linear-gaussian.ts'

beforeAll(() => tf.setBackend('cpu'))

const short = { chains: 4, temperatures: 30, leapfrogSteps: 4 }

describe('annealedLogLikelihood', () => {
  test('finds log p(x) of a linear Gaussian model, whatever its encoder', async () => {
    const { data, logLikelihoods } = linearExamples(30)
    using model = linearGaussian({ moved: -1, wider: -3 }) // an encoder that points away from the posterior
    const { values, value, isBound, unit } = await annealedLogLikelihood(model, data, {
      temperatures: 100,
      leapfrogSteps: 5,
    })
    const errors = [...values].map((estimate, i) => estimate - (logLikelihoods[i] ?? 0))
    const mean = errors.reduce((sum, error) => sum + error, 0) / 30
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / 29 / 30)
    expect(Math.abs(mean)).toBeLessThan(3 * deviation + 0.02)
    expect(deviation).toBeLessThan(0.1)
    expect(value).toBeCloseTo(values.reduce((sum, estimate) => sum + estimate, 0) / 30, 4)
    expect([isBound, unit]).toEqual([true, 'nats'])
    const byEncoder = await importanceSampledLogLikelihood(model, data, { samples: 100 })
    expect(byEncoder.value).toBeLessThan(value - 5)
  })

  test('rises with the number of temperatures', async () => {
    const { data, logLikelihoods } = linearExamples(20)
    using model = linearGaussian()
    const gap = async (temperatures: number) => {
      const { value } = await annealedLogLikelihood(model, data, { ...short, chains: 2, temperatures })
      return logLikelihoods.reduce((sum, exact) => sum + exact, 0) / 20 - value
    }
    const [few, many] = [await gap(5), await gap(80)]
    expect(many).toBeLessThan(few)
    expect(many).toBeGreaterThan(-0.1)
  })

  test('does not depend on the size of the batch, and is another for another seed', async () => {
    const { data } = linearExamples(5)
    using model = linearGaussian()
    const whole = await annealedLogLikelihood(model, data, short)
    const parts = await annealedLogLikelihood(model, data, { ...short, batchSize: 2 })
    whole.values.forEach((value, i) => {
      expect(parts.values[i]).toBeCloseTo(value, 3)
    })
    expect((await annealedLogLikelihood(model, data, { ...short, seed: 1 })).value).not.toBe(whole.value)
  })

  test('tells its progress, and stops at a signal without leaving a tensor behind', () =>
    expectNoLeak(async () => {
      const { data } = linearExamples(5)
      using model = linearGaussian()
      const progress: number[] = []
      const controller = new AbortController()
      const run = annealedLogLikelihood(model, data, {
        ...short,
        batchSize: 2,
        signal: controller.signal,
        onProgress: ({ done, total }) => {
          progress.push(done, total)
          if (done === 4) controller.abort(new Error('enough'))
        },
      })
      await expect(run).rejects.toThrow('enough')
      expect(progress).toEqual([2, 5, 4, 5])
    }))

  test('leaves no tensor behind when it succeeds, and when the decoder fails', () =>
    expectNoLeak(async () => {
      const { data } = linearExamples(3)
      using model = linearGaussian()
      await annealedLogLikelihood(model, data, short)
      let calls = 0
      const output = (code: tf.Tensor2D) => {
        if (++calls === 9) throw new Error('broken')
        return model.output(code)
      }
      await expect(annealedLogLikelihood({ ...model, output }, data, short)).rejects.toThrow('broken')
    }))

  test('refuses options that it does not know and data of another shape', async () => {
    using model = linearGaussian()
    const { data } = linearExamples(3)
    await expect(annealedLogLikelihood(model, data, { chains: 0 })).rejects.toThrow('bad `chains`')
    await expect(annealedLogLikelihood(model, data, { chain: 1 } as never)).rejects.toThrow('did you mean chains?')
    const wrong = fromArray(new Float32Array(4), { shape: [2] })
    await expect(annealedLogLikelihood(model, wrong, short)).rejects.toThrow()
  })
})

describe('annealedBounds', () => {
  const options = { examples: 15, chains: 4, temperatures: 150, leapfrogSteps: 5, stepSize: 0.3, seed: 2 }

  test('lie on both sides of the mean of log p(x), which a linear Gaussian model knows, and near each other', async () => {
    using model = linearGaussian({ moved: -1 })
    const { lower, upper, gap } = await annealedBounds(model, options)
    expect(lower.value).toBeLessThan(meanLogLikelihood + 3 * lower.standardError)
    expect(upper.value).toBeGreaterThan(meanLogLikelihood - 3 * upper.standardError)
    expect(gap.value).toBeCloseTo(upper.value - lower.value, 4)
    expect(gap.value).toBeGreaterThan(-2 * gap.standardError)
    expect(gap.value).toBeLessThan(0.3)
    expect(upper.estimator).toContain('upper bound')
  })

  test('have a wide gap where temperatures are too few', async () => {
    using model = linearGaussian()
    const { gap } = await annealedBounds(model, { ...options, temperatures: 4 })
    expect(gap.value).toBeGreaterThan(1)
  })

  test('leave no tensor behind, and do not depend on the batch size', () =>
    expectNoLeak(async () => {
      using model = linearGaussian()
      const few = { ...options, examples: 5, temperatures: 10 }
      const [whole, parts] = [await annealedBounds(model, few), await annealedBounds(model, { ...few, batchSize: 2 })]
      expect(parts.gap.value).toBeCloseTo(whole.gap.value, 3)
      expect(parts.upper.value).toBeCloseTo(whole.upper.value, 3)
    }))

  test('refuse a likelihood that cannot draw', async () => {
    using model = linearGaussian()
    const { draw: _, ...likelihood } = model.likelihood
    await expect(annealedBounds({ ...model, likelihood }, options)).rejects.toThrow('cannot draw')
  })
})
