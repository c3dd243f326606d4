// What this package adds to a backend of tfjs, and to tfjs's registry.
import { getKernel, type KernelFunc } from '@tensorflow/tfjs-core'
import type { CompiledKernels } from './binary/kernel-exports.ts'
import type { Heap } from './memory/heap.ts'
import type { Team } from './threads/solo.ts'

/** What this package added to one backend. */
export interface Installed {
  readonly kernels: CompiledKernels
  heap: Heap
  team: Team
}

/**
 * Whether the registry has a kernel of this package by this name, or one that computes nothing; somebody may have put another
 * in its place.
 */
export function isKernelOfThisPackage(name: string): boolean {
  return ownKernels.has(getKernel(name, 'wasm')?.kernelFunc)
}

/** The functions of the kernels that are of this package, or compute nothing. */
export const ownKernels = new WeakSet<KernelFunc>()
