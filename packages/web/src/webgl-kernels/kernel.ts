// What a kernel of this folder is.
import { type ImplementKernel, implementKernel } from '@ae/core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'

/** The implementation of a contract of `@ae/core/kernels`, which computes with tfjs's backend. */
export const implement: ImplementKernel<MathBackendWebGL> = implementKernel
