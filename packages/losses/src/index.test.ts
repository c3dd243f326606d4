import { expect, test } from 'vitest'
import * as losses from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(losses).sort()).toMatchInlineSnapshot(`
    [
      "bernoulli",
      "bernoulliNegativeLogLikelihood",
      "gaussian",
      "gaussianKl",
      "gaussianLogDensity",
      "gaussianNegativeLogLikelihood",
      "klDivergence",
      "likelihoodFromConfig",
      "meanSquaredError",
      "negativeElbo",
      "reconstruction",
      "reparameterize",
      "squaredError",
      "sum",
      "weighted",
    ]
  `)
})
