// Estimates of log p(x) on every backend, of a linear Gaussian model that knows it.
import { expectNoLeak } from '@ae/library/testing'
import { annealedLogLikelihood, importanceSampledLogLikelihood } from '@ae/metrics'
import { expect, test } from 'vitest'
import { linearExamples, linearGaussian } from '../../../packages/metrics/src/testing/linear-gaussian.ts'
import { onBackend } from './on-backend.ts'

onBackend('log p(x) of a linear Gaussian model', () => {
  test('by importance sampling', () =>
    expectNoLeak(async () => {
      const { data, logLikelihoods } = linearExamples(20)
      using model = linearGaussian({ wider: 0.3 })
      const { values } = await importanceSampledLogLikelihood(model, data, { samples: 400 })
      expect(largestError(values, logLikelihoods)).toBeLessThan(0.15)
    }))

  test('by annealing, through the gradient of the decoder', () =>
    expectNoLeak(async () => {
      const { data, logLikelihoods } = linearExamples(6)
      using model = linearGaussian({ moved: -1 })
      const { values } = await annealedLogLikelihood(model, data, { chains: 16, temperatures: 60, stepSize: 0.3 })
      expect(largestError(values, logLikelihoods)).toBeLessThan(0.4)
    }))
})

function largestError(values: ArrayLike<number>, exact: readonly number[]): number {
  return Math.max(...exact.map((value, i) => Math.abs(value - (values[i] ?? 0))))
}
