// Sparse codes: their kernels' contracts.
import type { KernelSpec } from './spec.ts'

const matrix = ['batch', 'units'] as const

/**
 * Sum over units of the divergence KL(rate || a) of a Bernoulli rate, a the unit's mean over the batch, which counts as at least
 * 1e-6 away from 0 and from 1; nats.
 */
export const klSparsity = {
  name: 'AeKlSparsity',
  inputs: { code: matrix },
  attributes: { rate: 'number' },
  output: [],
} as const satisfies KernelSpec

/** The gradient of {@link klSparsity}: of the code. */
export const klSparsityGradient = {
  name: 'AeKlSparsityGradient',
  inputs: { code: matrix, dy: [] },
  attributes: { rate: 'number' },
  output: matrix,
} as const satisfies KernelSpec
