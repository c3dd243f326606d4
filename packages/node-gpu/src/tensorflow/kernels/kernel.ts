// What a kernel of this backend is, and the checks of its inputs. TensorFlow checks shapes too, in words of its own.
import { kernelInputs } from '@ae/core/internal'
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { Operations } from './operations.ts'
import type { Variables } from './variables.ts'

/** One call of a kernel by tfjs's engine. */
interface KernelCall {
  /** The input tensors, borrowed. */
  readonly inputs: NamedTensorInfoMap
  /** The attributes. */
  readonly attributes: NamedAttrMap
  /** TensorFlow's ops. */
  readonly ops: Operations
  /** TensorFlow's variables. */
  readonly variables: Variables
}

/** A kernel by the name under which tfjs finds it. */
export interface TensorflowKernel {
  /** The name in tfjs's registry. */
  readonly name: string
  /** Computes the outputs, which the caller owns; what else it makes is tidied. */
  run(call: KernelCall): TensorInfo | TensorInfo[]
}

/** The checks of a kernel's inputs. */
export const { floatInput, shapedInput, matrixInput } = /* @__PURE__ */ kernelInputs('libtensorflow')
