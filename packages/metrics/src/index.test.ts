import { expect, test } from 'vitest'
import * as metrics from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(metrics).sort()).toMatchInlineSnapshot(`
    [
      "activeUnits",
      "adjustedRandIndex",
      "aggregatePosterior",
      "annealedLogLikelihood",
      "averagePrecision",
      "betaVaeScore",
      "codeStatistics",
      "dci",
      "encodeAll",
      "factorVaeScore",
      "importanceSampledLogLikelihood",
      "isAnomaly",
      "kMeans",
      "klPerLatent",
      "linearProbe",
      "mig",
      "modularity",
      "nearestNeighbors",
      "normalizedMutualInformation",
      "pca",
      "klDecomposition",
      "klPerLatent",
      "kolmogorovSmirnov",
      "maximumMeanDiscrepancy",
      "mutualInformation",
      "reconstructionError",
      "report",
      "msSsim",
      "psnr",
      "rocAuc",
      "sap",
      "score",
      "ssim",
      "threshold",
      "totalCorrelation",
    ]
  `)
})
