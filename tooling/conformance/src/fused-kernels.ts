// An op as the backend runs it and, where that is by a fused kernel, once more composed from core ops.
import { type FusedKernel, fusedKernels } from '@ae/core'
import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { backend, tfjsName } from './on-backend.ts'

const all: readonly FusedKernel[] = Object.values(fusedKernels)

/** What has not been worth a program of a GPU's own. */
const cpuOnly = /Convolution|OfSigmoid|Sparsity|ByteFractions|Normals|Uniforms/

/** What each backend must have registered; every other one composes all ops. */
const byBackend: Readonly<Record<string, readonly FusedKernel[]>> = {
  // Where a call costs next to nothing, this is as fast composed.
  wasm: all.filter((name) => !/Pair/.test(name)),
  // TensorFlow has no ops for the rest that would be fewer than the composed ones.
  native: ['AeAdam', 'AeDense', 'AeDenseGradient'],
  webgl: all.filter((name) => !cpuOnly.test(name)),
  webgpu: all.filter((name) => !cpuOnly.test(name)),
}

/** The fused kernels that the backend under test must have. */
export const fusedExpected: readonly FusedKernel[] = byBackend[backend.name] ?? []

/** Runs a test's body in one of the ways. */
export type Way = (body: () => Promise<void>) => Promise<void>

/** The ways of the backend under test, by name. */
export const ways: readonly { readonly name: string; readonly way: Way }[] = [
  ...(fusedExpected.length === 0 ? [] : [{ name: 'fused', way: (body: () => Promise<void>) => body() }]),
  { name: 'composed', way: composed },
]

/** The fused kernels of the backend under test, once it is active. */
export function fusedHere(): KernelConfig[] {
  return all.flatMap((name) => getKernel(name, tfjsName) ?? [])
}

/** Takes the fused kernels away while `body` runs. */
async function composed(body: () => Promise<void>): Promise<void> {
  const fused = fusedHere()
  for (const { kernelName, backendName } of fused) unregisterKernel(kernelName, backendName)
  try {
    await body()
  } finally {
    for (const kernel of fused) registerKernel(kernel)
  }
}
