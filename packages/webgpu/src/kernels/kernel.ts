// What a kernel of this package is, and the tensors that kernels make.
import { type ImplementKernel, implementKernel } from '@ae/core'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import type { TensorInfo } from '@tensorflow/tfjs-core'

/** The implementation of a contract of `@ae/core/kernels`, which computes with tfjs's backend. */
export const implement: ImplementKernel<WebGPUBackend> = implementKernel

/** A new float32 tensor for results. */
export function output(backend: WebGPUBackend, shape: readonly number[]): TensorInfo {
  return backend.makeTensorInfo([...shape], 'float32')
}
