// What a kernel of this backend is.
import { type ImplementKernel, implementKernel } from '@ae/core'
import { tidy } from '@tensorflow/tfjs-core'
import type { Operations } from './operations.ts'
import type { Variables } from './variables.ts'

/** What a kernel computes with. */
export interface Tools {
  /** TensorFlow's ops. */
  readonly ops: Operations
  /** TensorFlow's variables. */
  readonly variables: Variables
}

/** The implementation of a contract of `@ae/core/kernels`; what it makes beside its outputs is tidied. */
export const implement: ImplementKernel<Tools> = (spec, run) =>
  implementKernel(spec, (call, tools: Tools) => tidy(() => run(call, tools) as never))
