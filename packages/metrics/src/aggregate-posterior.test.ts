import { normals } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { aggregatePosterior } from './aggregate-posterior.ts'
import { linearVae } from './testing/linear-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const data = (count = 600) => fromArray(normals('points', { seed: 1 }, count), { shape: [1] })
// Latent 0 is N(0, 1) over the data: means of variance 0.7, posteriors of 0.3. Latent 1 is N(0, 0.01 + 16).
const model = () =>
  linearVae({ mean: [[Math.sqrt(0.7), 4]], logVariance: [Math.log(0.3), Math.log(0.01)], decoder: [[1], [1]] })

describe('aggregatePosterior', () => {
  test('finds which latents are distributed as the prior', async () => {
    using two = model()
    const { latents, mmdRbf, mmdImq } = await aggregatePosterior(two, data(), { samples: 500 })
    const [as, wide] = latents
    expect(as?.kolmogorovSmirnov.pValue).toBeGreaterThan(0.01)
    expect(wide?.kolmogorovSmirnov.pValue).toBeLessThan(1e-6)
    // the largest distance of N(0, 1) from N(0, 16.01) is 0.29
    expect(Math.abs((wide?.kolmogorovSmirnov.value ?? 0) - 0.29)).toBeLessThan(0.05)
    for (const { value, standardError = 0 } of [mmdRbf, mmdImq]) expect(value).toBeGreaterThan(5 * standardError)
  })

  test('gives a discrepancy near 0 where the aggregate posterior is the prior', async () => {
    using one = linearVae({ mean: [[Math.sqrt(0.7)]], logVariance: [Math.log(0.3)], decoder: [[1]] })
    const { mmdRbf } = await aggregatePosterior(one, data(), { samples: 500 })
    expect(Math.abs(mmdRbf.value)).toBeLessThan(0.005)
  })

  test('counts every code in the histogram of each latent', async () => {
    using two = model()
    const { latents } = await aggregatePosterior(two, data(), { samples: 100, bins: 7 })
    expect(latents.length).toBe(2)
    for (const { histogram } of latents) {
      expect(histogram.counts.length).toBe(7)
      expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(100)
      expect(histogram.range.maximum).toBeGreaterThan(4)
      expect(histogram.range.minimum).toBe(-histogram.range.maximum)
    }
  })

  test('leaves no tensor behind, and refuses one example or one sample', () =>
    expectNoLeak(async () => {
      using two = model()
      await aggregatePosterior(two, data(20))
      await expect(aggregatePosterior(two, data(1))).rejects.toThrow('too few examples')
      await expect(aggregatePosterior(two, data(20), { samples: 1 })).rejects.toThrow('bad `samples`')
    }))
})
