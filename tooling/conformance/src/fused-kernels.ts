// An op as the backend runs it and, where that is by a fused kernel, once more composed from core ops.
import { fusedKernels } from '@ae/core'
import { getBackend, getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { backend } from './on-backend.ts'

/** Runs a test's body in one of the ways. */
export type Way = (body: () => Promise<void>) => Promise<void>

/** The ways of the backend under test, by name. */
export const ways: readonly { readonly name: string; readonly way: Way }[] = [
  ...(backend.name === 'wasm' ? [{ name: 'fused', way: (body: () => Promise<void>) => body() }] : []),
  { name: 'composed', way: composed },
]

/** The fused kernels of the active backend. */
export function fusedHere(): KernelConfig[] {
  return Object.values(fusedKernels).flatMap((name) => getKernel(name, getBackend()) ?? [])
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
