import { expect, test } from 'vitest'
import * as metrics from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(metrics).sort()).toMatchInlineSnapshot(`
    [
      "activeUnits",
      "averagePrecision",
      "codeStatistics",
      "densityCoverage",
      "frechetDistance",
      "importanceSampledLogLikelihood",
      "isAnomaly",
      "kernelDistance",
      "klPerLatent",
      "msSsim",
      "pictureFeatures",
      "precisionRecall",
      "psnr",
      "rocAuc",
      "score",
      "ssim",
      "threshold",
      "totalCorrelation",
    ]
  `)
})
