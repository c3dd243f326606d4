import { expect, test } from 'vitest'
import * as metrics from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(metrics).sort()).toMatchInlineSnapshot(`
    [
      "activeUnits",
      "codeStatistics",
      "importanceSampledLogLikelihood",
      "klPerLatent",
      "totalCorrelation",
    ]
  `)
})
