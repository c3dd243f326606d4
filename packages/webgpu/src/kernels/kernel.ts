// What a kernel of this package is, and the tensors that kernels make.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'

/** One call of a kernel by tfjs's engine. */
interface KernelCall {
  /** The input tensors by name, borrowed. */
  readonly input: (name: string) => TensorInfo
  /** The attributes. */
  readonly attributes: NamedAttrMap
  /** The backend they lie on. */
  readonly backend: WebGPUBackend
}

/** A kernel by the name under which tfjs finds it. */
export interface WebgpuKernel {
  /** The name in tfjs's registry. */
  readonly name: string
  /** Computes the outputs, which the caller owns. */
  run(call: KernelCall): TensorInfo | TensorInfo[]
}

/** A new float32 tensor for results. */
export function output(backend: WebGPUBackend, shape: readonly number[]): TensorInfo {
  return backend.makeTensorInfo([...shape], 'float32')
}

/** The two lengths of a matrix. */
export function lengths({ shape }: TensorInfo): [rows: number, columns: number] {
  const [rows = 0, columns = 0] = shape
  return [rows, columns]
}
