import { expect, test } from 'vitest'
import * as kernels from './kernels.ts'

test('the public names are these', () => {
  expect(Object.keys(kernels).sort()).toMatchInlineSnapshot(`
    [
      "adam",
      "bernoulli",
      "bernoulliGradient",
      "bits",
      "byteFractions",
      "clipFactor",
      "convolution",
      "convolutionGradient",
      "dense",
      "denseGradient",
      "densePair",
      "densePairGradient",
      "gaussianKl",
      "gaussianKlGradient",
      "klSparsity",
      "klSparsityGradient",
      "normals",
      "optimize",
      "permutation",
      "reparameterize",
      "reparameterizeGradient",
      "sumOfSquares",
      "sumOfSquaresGradient",
      "sumOfSquaresOfSigmoid",
      "sumOfSquaresOfSigmoidGradient",
      "totalOfTerms",
      "totalOfTermsGradient",
      "transposedConvolution",
      "transposedConvolutionGradient",
      "uniforms",
    ]
  `)
})

test('each kernel has a name of its own, that of its constant', () => {
  for (const [constant, { name }] of Object.entries(kernels)) {
    expect(name).toBe(`Ae${constant.charAt(0).toUpperCase()}${constant.slice(1)}`)
  }
})
