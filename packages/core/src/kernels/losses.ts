// Reconstruction losses, summed over features: their kernels' contracts.
import type { KernelSpec } from './spec.ts'

const matrix = ['batch', 'features'] as const

/** Bernoulli negative log-likelihood, nats. */
export const bernoulli = {
  name: 'AeBernoulli',
  inputs: { logits: matrix, target: matrix },
  attributes: {},
  output: ['batch'],
} as const satisfies KernelSpec

/** The gradient of {@link bernoulli}: of the logits. */
export const bernoulliGradient = {
  name: 'AeBernoulliGradient',
  inputs: { logits: matrix, target: matrix, dy: ['batch'] },
  attributes: {},
  output: matrix,
} as const satisfies KernelSpec

/** Sum over features of (prediction - target)^2: what squared errors and the Gaussian likelihood share. */
export const sumOfSquares = {
  name: 'AeSumOfSquares',
  inputs: { prediction: matrix, target: matrix },
  attributes: {},
  output: ['batch'],
} as const satisfies KernelSpec

/** The gradient of {@link sumOfSquares}: of the prediction. */
export const sumOfSquaresGradient = {
  name: 'AeSumOfSquaresGradient',
  inputs: { prediction: matrix, target: matrix, dy: ['batch'] },
  attributes: {},
  output: matrix,
} as const satisfies KernelSpec

/** The same of a prediction that is the sigmoid of an output: its gradient then reads no prediction. */
export const sumOfSquaresOfSigmoid = {
  name: 'AeSumOfSquaresOfSigmoid',
  inputs: { output: matrix, target: matrix },
  attributes: {},
  output: ['batch'],
} as const satisfies KernelSpec

/** The gradient of {@link sumOfSquaresOfSigmoid}: of the output. */
export const sumOfSquaresOfSigmoidGradient = {
  name: 'AeSumOfSquaresOfSigmoidGradient',
  inputs: { output: matrix, target: matrix, dy: ['batch'] },
  attributes: {},
  output: matrix,
} as const satisfies KernelSpec
