// Pixels as they are stored: their kernel's contract.
import type { KernelSpec } from './spec.ts'

/** Bytes as fractions of 255, rounded once. A tensor of type bool holds any byte. */
export const byteFractions = {
  name: 'AeByteFractions',
  inputs: { bytes: { dtype: 'bool', shape: 'stored' } },
  attributes: {},
  output: 'stored',
} as const satisfies KernelSpec
