// The contracts of `@ae/core/kernels` that this backend implements. TensorFlow has no ops for others that would be fewer than the
// composed ones.
import type { KernelImplementation } from '@ae/core'
import { adam } from './adam.ts'
import { dense, denseGradient } from './dense.ts'
import type { Tools } from './kernel.ts'

/** All of them. */
export const implementations: readonly KernelImplementation<Tools>[] = [adam, dense, denseGradient]
