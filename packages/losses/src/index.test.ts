import { expect, test } from 'vitest'
import * as losses from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(losses).sort()).toMatchInlineSnapshot(`
    [
      "bernoulli",
      "bernoulliNegativeLogLikelihood",
      "betaTotalCorrelation",
      "categorical",
      "codebookError",
      "commitment",
      "continuousBernoulli",
      "discretizedLogistic",
      "doublyReparameterize",
      "drawFrom",
      "gaussian",
      "gaussianKl",
      "gaussianKlPerLatent",
      "gaussianLogDensity",
      "gaussianNegativeLogLikelihood",
      "importanceWeightedBound",
      "klDivergence",
      "klSparsity",
      "l1Sparsity",
      "laplace",
      "likelihoodFromConfig",
      "meanSquaredError",
      "mixed",
      "negativeElbo",
      "perplexity",
      "prepareLikelihood",
      "reconstruction",
      "reparameterize",
      "squaredError",
      "sum",
      "weighted",
    ]
  `)
})
