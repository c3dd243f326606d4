// An op as the backend runs it and, where that is by a fused kernel, once more composed from core ops.
import type { KernelImplementation } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { backend, tfjsName } from './on-backend.ts'

/** What each backend says that it implements; every other one composes all ops. */
const byBackend: Readonly<Record<string, () => Promise<{ implementations: readonly KernelImplementation<never>[] }>>> =
  {
    wasm: () => import('../../../packages/wasm/src/kernels/implementations.ts'),
    native: () => import('../../../packages/node-gpu/src/tensorflow/kernels/implementations.ts'),
    webgl: () => import('../../../packages/web/src/webgl-kernels/implementations.ts'),
    webgpu: () => import('../../../packages/webgpu/src/kernels/implementations.ts'),
  }

const { implementations } = (await byBackend[backend.name]?.()) ?? { implementations: [] }

/** The names of the fused kernels that the backend under test must have. */
export const fusedExpected: readonly string[] = implementations.map(({ spec }) => spec.name)

/** Runs a test's body in one of the ways. */
export type Way = (body: () => Promise<void>) => Promise<void>

/** The ways of the backend under test, by name. */
export const ways: readonly { readonly name: string; readonly way: Way }[] = [
  ...(fusedExpected.length === 0 ? [] : [{ name: 'fused', way: (body: () => Promise<void>) => body() }]),
  { name: 'composed', way: composed },
]

/** The fused kernels of the backend under test, once it is active. */
export function fusedHere(): KernelConfig[] {
  return Object.values(kernels).flatMap(({ name }) => getKernel(name, tfjsName) ?? [])
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
