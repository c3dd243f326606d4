// The functions of assembly/, compiled to WebAssembly, working on the memory of tfjs's wasm backend.
import { decodeBase64 } from './binary.ts'
import { nativeModule } from './native-module.ts'

const names = [
  'activationGradient',
  'adam',
  'addPatchRows',
  'bernoulli',
  'bernoulliGradient',
  'biasActivation',
  'columnSums',
  'flipFilter',
  'gaussianKl',
  'gaussianKlGradient',
  'matmul',
  'matmulScratchBytes',
  'maxPoolGradient',
  'patchRows',
  'reparameterize',
  'reparameterizeGradient',
  'repeatBlocks',
  'unary',
] as const

/** The functions by name; arguments are documented in assembly/. Addresses are bytes, booleans 0 or 1. */
export type NativeKernels = Readonly<Record<(typeof names)[number], (...values: number[]) => number>>

/**
 * Compiles the functions for one memory. They allocate nothing in it and keep nothing in it.
 *
 * @param memory the memory that holds the tensors, not shared between threads
 * @throws {WebAssembly.LinkError} when the memory is shared
 */
export async function loadNativeKernels(memory: WebAssembly.Memory): Promise<NativeKernels> {
  const { instance } = await WebAssembly.instantiate(decodeBase64(nativeModule), { env: { memory } })
  return instance.exports as unknown as NativeKernels
}
