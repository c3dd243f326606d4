// What this package adds to a backend of tfjs and to tfjs's registry.
import { getKernel, type KernelFunc } from '@tensorflow/tfjs-core'
import type { CompiledKernels } from './binary/kernel-exports.ts'
import type { Heap } from './memory/heap.ts'
import type { ThreadPool } from './threads/single-thread.ts'

/** What this package added to one backend. */
export interface Installed {
  readonly kernels: CompiledKernels
  heap: Heap
  pool: ThreadPool
}

/**
 * Whether the registered kernel of this name is one of this package or of tfjs; a program may have replaced it by its own.
 */
export function isKnownKernel(name: string): boolean {
  return knownKernels.has(getKernel(name, 'wasm')?.kernelFunc)
}

/** The functions of the kernels of this package, and of tfjs. */
export const knownKernels = new WeakSet<KernelFunc>()
