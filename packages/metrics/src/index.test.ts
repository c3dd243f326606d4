import { expect, test } from 'vitest'
import * as metrics from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(metrics).sort()).toMatchInlineSnapshot(`
    [
      "activeUnits",
      "averagePrecision",
      "codeStatistics",
      "importanceSampledLogLikelihood",
      "isAnomaly",
      "klPerLatent",
      "msSsim",
      "psnr",
      "rocAuc",
      "score",
      "ssim",
      "threshold",
      "totalCorrelation",
    ]
  `)
})
