import { normals } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { MeanEstimate } from './estimate.ts'
import { klPerLatent } from './latents.ts'
import { linearVae } from './testing/linear-vae.ts'
import { klDecomposition, mutualInformation, totalCorrelation } from './total-correlation.ts'

beforeAll(() => tf.setBackend('cpu'))

const width = 0.3 // the variance of each posterior
const count = 800

/** Examples that are their own posterior means: with the posteriors' width, codes are N(0, [1, correlation; ., 1]). */
const correlated = (correlation: number) => {
  const spread = 1 - width
  const noise = normals('examples', { seed: 1 }, count * 2)
  const second = correlation / Math.sqrt(spread)
  const rest = Math.sqrt(spread - second ** 2)
  return fromArray(
    noise.map((value, i) => (i % 2 === 0 ? Math.sqrt(spread) * value : second * (noise[i - 1] ?? 0) + rest * value)),
    { shape: [2] },
  )
}
const model = () =>
  linearVae({
    mean: [
      [1, 0],
      [0, 1],
    ],
    logVariance: [Math.log(width), Math.log(width)],
    decoder: [
      [1, 0],
      [0, 1],
    ],
  })

describe('totalCorrelation', () => {
  test.each([0, 0.4, 0.65])(
    'of Gaussian codes with correlation %d is -1/2 log(1 - correlation^2)',
    async (correlation) => {
      using identity = model()
      const { value, standardError } = await totalCorrelation(identity, correlated(correlation), { samples: 400 })
      expect(Math.abs(value - -0.5 * Math.log(1 - correlation ** 2))).toBeLessThan(0.04 + 3 * standardError)
      expect(standardError).toBeLessThan(0.05)
    },
  )

  test('reaches log(examples) where every example has its own place in both latents', async () => {
    using identity = linearVae({ mean: [[1, 1]], logVariance: [-8, -8], decoder: [[1], [1]] })
    const apart = fromArray(
      Float32Array.from({ length: 20 }, (_, i) => i),
      { shape: [1] },
    )
    expect((await totalCorrelation(identity, apart)).value).toBeCloseTo(Math.log(20), 4)
  })

  test('is the same for the same seed, and another for another', async () => {
    using identity = model()
    const mean = async (seed: number) =>
      (await totalCorrelation(identity, correlated(0.5), { samples: 50, seed })).value
    expect(await mean(0)).toBe(await mean(0))
    expect(await mean(1)).not.toBe(await mean(0))
  })

  test('leaves no tensor behind', () =>
    expectNoLeak(async () => {
      using identity = model()
      await totalCorrelation(identity, correlated(0.5), { samples: 20 })
    }))

  test('refuses data without examples', async () => {
    using identity = model()
    const none = { ...correlated(0), size: 0 }
    await expect(totalCorrelation(identity, none)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [DatasetError: \`totalCorrelation\` received a data set without examples.

      Received: array
      Fix:      pass a data set of at least one example]
    `)
  })
})

describe('klDecomposition', () => {
  test('of Gaussian codes is what the closed forms say, and adds up to the KL term', async () => {
    using identity = model()
    const source = correlated(0.5)
    const parts = await klDecomposition(identity, source, { samples: 400 })
    const total = (await klPerLatent(identity, source)).reduce((sum, { value }) => sum + value, 0)
    const within = ({ value, standardError }: MeanEstimate, expected: number) =>
      expect(Math.abs(value - expected)).toBeLessThan(3 * standardError + 0.05)
    within(parts.dimensionWiseKl, 0) // q(z) of each latent is N(0, 1)
    within(parts.totalCorrelation, -0.5 * Math.log(1 - 0.25))
    within(parts.aggregateKl, -0.5 * Math.log(1 - 0.25))
    // H(z) - H(z | x), of a Gaussian with correlation 0.5 and of two of variance `width`
    within(parts.mutualInformation, 0.5 * Math.log(0.75) - Math.log(width))
    const { mutualInformation, totalCorrelation, dimensionWiseKl, aggregateKl } = parts
    expect(aggregateKl.value).toBeCloseTo(totalCorrelation.value + dimensionWiseKl.value, 4)
    const sum = mutualInformation.value + aggregateKl.value
    expect(Math.abs(sum - total)).toBeLessThan(4 * mutualInformation.standardError)
  })

  test('gives the figures of the functions of single ones', async () => {
    using identity = model()
    const [source, options] = [correlated(0.5), { samples: 30, seed: 2 }]
    const parts = await klDecomposition(identity, source, options)
    expect(await totalCorrelation(identity, source, options)).toEqual(parts.totalCorrelation)
    expect(await mutualInformation(identity, source, options)).toEqual(parts.mutualInformation)
  })

  test('tells its progress, and stops at a signal without leaving a tensor behind', () =>
    expectNoLeak(async () => {
      using identity = model()
      const progress: unknown[] = []
      await klDecomposition(identity, correlated(0.5), { samples: 20, onProgress: (one) => progress.push(one) })
      expect(progress).toEqual([{ done: 20, total: 20 }])
      const signal = AbortSignal.abort(new Error('enough'))
      await expect(klDecomposition(identity, correlated(0.5), { signal })).rejects.toThrow('enough')
    }))
})

describe('mutualInformation', () => {
  test('is log(examples) where every example has its own place, and zero where codes say nothing', async () => {
    const apart = fromArray(
      Float32Array.from({ length: 20 }, (_, i) => i),
      { shape: [1] },
    )
    using telling = linearVae({ mean: [[1, 1]], logVariance: [-8, -8], decoder: [[1], [1]] })
    expect((await mutualInformation(telling, apart)).value).toBeCloseTo(Math.log(20), 4)
    using silent = linearVae({ mean: [[0, 0]], logVariance: [0, 0], decoder: [[1], [1]] })
    expect((await mutualInformation(silent, apart)).value).toBeCloseTo(0, 5)
  })
})
