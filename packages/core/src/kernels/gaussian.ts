// The Gaussian posterior of a VAE: its kernels' contracts.
import type { KernelSpec } from './spec.ts'

const matrix = ['batch', 'latents'] as const

/** Kullback-Leibler divergence to N(0, I), summed over latents, nats. */
export const gaussianKl = {
  name: 'AeGaussianKl',
  inputs: { mean: matrix, logVariance: matrix },
  attributes: {},
  output: ['batch'],
} as const satisfies KernelSpec

/** The gradient of {@link gaussianKl}: of mean and log-variance. */
export const gaussianKlGradient = {
  name: 'AeGaussianKlGradient',
  inputs: { mean: matrix, logVariance: matrix, dy: ['batch'] },
  attributes: {},
  output: { list: [matrix, matrix] },
} as const satisfies KernelSpec

/** `mean + exp(logVariance / 2) noise`. */
export const reparameterize = {
  name: 'AeReparameterize',
  inputs: { mean: matrix, logVariance: matrix, noise: matrix },
  attributes: {},
  output: matrix,
} as const satisfies KernelSpec

/** The gradient of {@link reparameterize}: of the log-variance. That of the mean is `dy`. */
export const reparameterizeGradient = {
  name: 'AeReparameterizeGradient',
  inputs: { logVariance: matrix, noise: matrix, dy: matrix },
  attributes: {},
  output: matrix,
} as const satisfies KernelSpec
