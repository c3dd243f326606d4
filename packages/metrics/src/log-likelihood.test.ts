import { normals } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { gaussian } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/evaluation.json' with { type: 'json' }
import { estimateOf } from './estimate.ts'
import { importanceSampledLogLikelihood } from './log-likelihood.ts'
import { gapOf, linearExamples, linearGaussian } from './testing/linear-gaussian.ts'
import { linearVae } from './testing/linear-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

// x = a z + noise of standard deviation 0.5, so that x is N(0, a a' + 0.25) and p(z | x) is known too.
const a = [1, -0.5, 2]
const variance = 0.25
const likelihood = gaussian({ standardDeviation: 0.5 })
const lengthSquared = a.reduce((sum, value) => sum + value * value, 0)
const posteriorVariance = 1 / (1 + lengthSquared / variance)
const points = [...normals('points', { seed: 1 }, 4 * 3)]
const data = () => fromArray(Float32Array.from(points), { shape: [3] })

/** log N(x; 0, a a' + variance), by the determinant and the inverse of a rank-one update. */
const exact = [0, 1, 2, 3].map((row) => {
  const x = points.slice(row * 3, row * 3 + 3)
  const along = x.reduce((sum, value, i) => sum + value * (a[i] ?? 0), 0)
  const square = x.reduce((sum, value) => sum + value * value, 0)
  const distance = (square - along ** 2 / (variance + lengthSquared)) / variance
  const logDeterminant = 2 * Math.log(variance) + Math.log(variance + lengthSquared)
  return -0.5 * (3 * Math.log(2 * Math.PI) + logDeterminant + distance)
})

/** The model with its exact posterior, moved and widened. */
const model = ({ moved = 1, wider = 0 } = {}) =>
  linearVae(
    {
      mean: a.map((value) => [(moved * posteriorVariance * value) / variance]),
      logVariance: [Math.log(posteriorVariance) + wider],
      decoder: [a],
    },
    { likelihood },
  )

describe('importanceSampledLogLikelihood', () => {
  test('is exact with any number of samples where the posterior is', async () => {
    using exactModel = model()
    const { values } = await importanceSampledLogLikelihood(exactModel, data(), { samples: 3, batchSize: 3 })
    expect(values.length).toBe(4)
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(exact[i] ?? 0, 3)
    })
  })

  test('does not depend on the size of the batch or of the chunk', async () => {
    using other = model({ moved: 0.8, wider: 0.7 })
    const estimate = (sizes: object) => importanceSampledLogLikelihood(other, data(), { samples: 30, ...sizes })
    const { values } = await estimate({ batchSize: 4, chunk: 30 })
    for (const sizes of [{ batchSize: 1 }, { batchSize: 3, chunk: 7 }, { batchSize: 2, chunk: 1 }, { chunk: 50 }]) {
      const { values: others } = await estimate(sizes)
      others.forEach((value, i) => {
        expect(value).toBeCloseTo(values[i] ?? 0, 4)
      })
    }
  })

  test('finds log p(x) of a linear model from a posterior that is not its own', async () => {
    using other = model({ moved: 0.8, wider: 0.7 })
    const { values, value: mean } = await importanceSampledLogLikelihood(other, data(), { samples: 4000, chunk: 1000 })
    values.forEach((value, i) => {
      expect(Math.abs(value - (exact[i] ?? 0))).toBeLessThan(0.08)
    })
    expect(mean).toBeCloseTo(exact.reduce((sum, value) => sum + value, 0) / 4, 1)
  })

  test('is a lower bound that more samples raise', async () => {
    using other = model({ moved: 0.5, wider: 1 })
    const repeated = fromArray(
      Float32Array.from({ length: 300 * 12 }, (_, i) => points[i % 12] ?? 0),
      { shape: [3] },
    )
    const mean = async (samples: number) =>
      (await importanceSampledLogLikelihood(other, repeated, { samples, batchSize: 1200 })).value
    const [one, many] = [await mean(1), await mean(20)]
    expect(one).toBeLessThan(many)
    expect(many).toBeLessThan(exact.reduce((sum, value) => sum + value, 0) / 4 + 0.1)
  })

  test('is the same for the same options, and another for another seed', async () => {
    using other = model({ wider: 1 })
    const mean = async (seed: number) =>
      (await importanceSampledLogLikelihood(other, data(), { samples: 7, chunk: 3, seed })).value
    expect(await mean(0)).toBe(await mean(0))
    expect(await mean(1)).not.toBe(await mean(0))
  })

  test('gives the standard error over examples', async () => {
    using exactModel = model()
    const {
      values,
      value: mean,
      standardError,
    } = await importanceSampledLogLikelihood(exactModel, data(), { samples: 2 })
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    expect(standardError).toBeCloseTo(Math.sqrt(squares / 3 / 4), 5)
  })

  test('is what torch.distributions gives for the same weights and the same noise', async () => {
    const { examples, mean, logVariance, decoder, samples, seed, logLikelihoods } = oracle.vae
    const inRows = (values: readonly number[], size: number) =>
      Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size))
    using bernoulliModel = linearVae({
      mean: inRows(mean.values, 2),
      logVariance: logVariance.values,
      decoder: inRows(decoder.values, 6),
    })
    const source = fromArray(Float32Array.from(examples.values), { shape: [6] })
    const { values } = await importanceSampledLogLikelihood(bernoulliModel, source, {
      samples,
      seed,
      batchSize: 2,
      chunk: 7,
    })
    expectClose(values, logLikelihoods.values, { relative: 1e-5 })
  })

  test('with one sample is the ELBO, and rises with the number of samples towards log p(x), each as far as it should', async () => {
    const count = 300
    const { data: source, rows, logLikelihoods } = linearExamples(count)
    const posterior = { moved: 0.7, wider: 0.8 }
    using other = linearGaussian(posterior)
    const gaps = async (samples: number) => {
      const { values } = await importanceSampledLogLikelihood(other, source, { samples, batchSize: count })
      return estimateOf(
        values.map((value, i) => (logLikelihoods[i] ?? 0) - value),
        { unit: 'nats', estimator: '' },
      )
    }
    const [elbo, five, fifty, many] = [await gaps(1), await gaps(5), await gaps(50), await gaps(600)]
    const expected = rows.map((x) => gapOf(x, posterior))
    const gap = expected.reduce((sum, value) => sum + value, 0) / count
    expect(Math.abs(elbo.value - gap)).toBeLessThan(3 * elbo.standardError)
    expect(five.value).toBeLessThan(elbo.value - 3 * five.standardError)
    expect(fifty.value).toBeLessThan(five.value - 3 * fifty.standardError)
    expect(many.value).toBeLessThan(fifty.value)
    expect(Math.abs(many.value)).toBeLessThan(3 * many.standardError + 0.005)
  })

  test('tells its progress, and stops at a signal without leaving a tensor behind', () =>
    expectNoLeak(async () => {
      using exactModel = model()
      const progress: unknown[] = []
      const controller = new AbortController()
      const run = importanceSampledLogLikelihood(exactModel, data(), {
        samples: 6,
        chunk: 2,
        batchSize: 2,
        signal: controller.signal,
        onProgress: (one) => {
          progress.push(one)
          controller.abort(new Error('enough'))
        },
      })
      await expect(run).rejects.toThrow('enough')
      expect(progress).toEqual([{ done: 2, total: 4 }])
    }))

  test('leaves no tensor behind when the progress throws', () =>
    expectNoLeak(async () => {
      using exactModel = model()
      const onProgress = () => {
        throw new Error('mine')
      }
      await expect(importanceSampledLogLikelihood(exactModel, data(), { samples: 2, onProgress })).rejects.toThrow(
        'mine',
      )
    }))

  test('leaves no tensor behind, on success and on refusal', () =>
    expectNoLeak(async () => {
      using exactModel = model()
      await importanceSampledLogLikelihood(exactModel, data(), { samples: 5, chunk: 2, batchSize: 2 })
      const wrong = fromArray(new Float32Array(4), { shape: [2] })
      await expect(importanceSampledLogLikelihood(exactModel, wrong, { samples: 5 })).rejects.toThrow(
        '`posterior` received',
      )
    }))

  test('refuses a number of samples that is none, and an unknown option', async () => {
    using exactModel = model()
    await expect(importanceSampledLogLikelihood(exactModel, data(), { samples: 0 })).rejects.toThrow('bad `samples`')
    await expect(importanceSampledLogLikelihood(exactModel, data(), { sample: 1 } as never)).rejects.toThrow(
      'did you mean samples?',
    )
  })
})
