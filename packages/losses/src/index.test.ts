import { expect, test } from 'vitest'
import * as losses from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(losses).sort()).toMatchInlineSnapshot(`
    [
      "bernoulli",
      "bernoulliNegativeLogLikelihood",
      "categorical",
      "continuousBernoulli",
      "discretizedLogistic",
      "gaussian",
      "gaussianKl",
      "gaussianLogDensity",
      "gaussianNegativeLogLikelihood",
      "klDivergence",
      "laplace",
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
