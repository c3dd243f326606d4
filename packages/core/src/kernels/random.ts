// Random numbers by their address: their kernels' contracts. Only worth having where they are quicker than to compute them in
// JavaScript.
import type { KernelSpec } from './spec.ts'

/** `key` has four words of 32 bits, `counter` the upper three words of each counter, `firstBlock` is the lowest word of the first. */
const blocks = { key: 'numbers', counter: 'numbers', firstBlock: 'number' } as const
const address = { shape: { shape: 'drawn' }, ...blocks } as const

/** Standard normal numbers, bit for bit those of `normals` of `@ae/core`. */
export const normals = {
  name: 'AeNormals',
  inputs: {},
  attributes: address,
  output: 'drawn',
} as const satisfies KernelSpec

/** 1 where u < the probability, else 0, u bit for bit those of `uniforms` of `@ae/core`; NaN stays NaN. */
export const bits = {
  name: 'AeBits',
  inputs: { probabilities: 'drawn' },
  attributes: blocks,
  output: 'drawn',
} as const satisfies KernelSpec

/** 0 to size - 1 as float32, in the order of `permutation` of `@ae/core`; at most 2^24 of them. */
export const permutation = {
  name: 'AePermutation',
  inputs: {},
  attributes: address,
  output: 'drawn',
} as const satisfies KernelSpec

/** `minimum + (maximum - minimum) u`, in float64 and then rounded, u bit for bit those of `uniforms` of `@ae/core`. */
export const uniforms = {
  name: 'AeUniforms',
  inputs: {},
  attributes: { ...address, minimum: 'number', maximum: 'number' },
  output: 'drawn',
} as const satisfies KernelSpec
