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
      "klDecomposition",
      "klPerLatent",
      "kolmogorovSmirnov",
      "linearProbe",
      "maximumMeanDiscrepancy",
      "mig",
      "modularity",
      "msSsim",
      "mutualInformation",
      "nearestNeighbors",
      "normalizedMutualInformation",
      "pca",
      "psnr",
      "reconstructionError",
      "report",
      "rocAuc",
      "sap",
      "score",
      "ssim",
      "threshold",
      "totalCorrelation",
      "umap",
    ]
  `)
})
