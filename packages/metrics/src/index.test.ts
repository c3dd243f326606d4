import { expect, test } from 'vitest'
import * as metrics from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(metrics).sort()).toMatchInlineSnapshot(`
    [
      "activeUnits",
      "aggregatePosterior",
      "annealedLogLikelihood",
      "averagePrecision",
      "codeStatistics",
      "importanceSampledLogLikelihood",
      "isAnomaly",
      "klDecomposition",
      "klPerLatent",
      "kolmogorovSmirnov",
      "maximumMeanDiscrepancy",
      "msSsim",
      "mutualInformation",
      "psnr",
      "reconstructionError",
      "report",
      "rocAuc",
      "score",
      "ssim",
      "threshold",
      "totalCorrelation",
    ]
  `)
})
