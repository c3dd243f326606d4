import { expect, test } from 'vitest'
import * as metrics from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(metrics).sort()).toMatchInlineSnapshot(`
    [
      "activeUnits",
      "adjustedRandIndex",
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
      "rocAuc",
      "sap",
      "score",
      "threshold",
      "totalCorrelation",
    ]
  `)
})
