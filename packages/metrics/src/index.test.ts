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
      "densityCoverage",
      "encodeAll",
      "factorVaeScore",
      "frechetDistance",
      "importanceSampledLogLikelihood",
      "isAnomaly",
      "kMeans",
      "kernelDistance",
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
      "pictureFeatures",
      "precisionRecall",
      "psnr",
      "reconstructionError",
      "report",
      "rocAuc",
      "sap",
      "score",
      "ssim",
      "threshold",
      "totalCorrelation",
    ]
  `)
})
