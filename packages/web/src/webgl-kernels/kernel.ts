// What a kernel of this folder is.
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'

/** One call of a kernel by tfjs's engine. */
interface KernelCall {
  /**
   * The input of this name, borrowed; the op that calls has checked its shape.
   *
   * @throws {AutoencoderError} when there is none
   */
  input(name: string): TensorInfo
  /** The attributes. */
  readonly attributes: NamedAttrMap
  /** tfjs's backend. */
  readonly backend: MathBackendWebGL
  /** Runs tfjs's own kernel of the same name; only for names of which it has one. */
  stock(): TensorInfo | TensorInfo[]
}

/** A kernel by the name under which tfjs finds it. */
export interface WebglKernel {
  /** The name in tfjs's registry. */
  readonly name: string
  /** Computes the outputs, which the caller owns. */
  run(call: KernelCall): TensorInfo | TensorInfo[]
}
