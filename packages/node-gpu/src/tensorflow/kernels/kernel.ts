// What a kernel of this backend is, and the checks of its inputs. TensorFlow checks shapes too, in words of its own.
import { AutoencoderError, ShapeError } from '@ae/core'
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

/**
 * The float32 input of this name.
 *
 * @throws {AutoencoderError} when it is missing or of another type
 */
export function floatInput(kernelName: string, inputs: NamedTensorInfoMap, name: string): TensorInfo {
  const tensor = inputs[name]
  if (tensor?.dtype === 'float32') return tensor
  throw new AutoencoderError(`\`${kernelName}\` on libtensorflow received a bad \`${name}\`.`, {
    facts: { Expected: 'a float32 tensor', Received: tensor === undefined ? 'nothing' : `a tensor of ${tensor.dtype}` },
    fix: `cast it first, e.g. tf.cast(${name}, 'float32')`,
  })
}

/**
 * The float32 input of this name and shape.
 *
 * @throws {ShapeError} when it has another shape
 * @throws {AutoencoderError} when it is missing or of another type
 */
export function shapedInput(
  kernelName: string,
  inputs: NamedTensorInfoMap,
  name: string,
  shape: readonly number[],
): TensorInfo {
  const tensor = floatInput(kernelName, inputs, name)
  if (tensor.shape.length === shape.length && shape.every((length, axis) => tensor.shape[axis] === length))
    return tensor
  throw new ShapeError(`\`${kernelName}\` received \`${name}\` of the wrong shape.`, {
    facts: { Expected: `[${shape.join(', ')}]`, Received: `[${tensor.shape.join(', ')}]` },
  })
}

/**
 * The float32 input of this name as a matrix.
 *
 * @returns the tensor and its two lengths
 * @throws {ShapeError} when its rank is not 2
 * @throws {AutoencoderError} when it is missing or of another type
 */
export function matrixInput(
  kernelName: string,
  inputs: NamedTensorInfoMap,
  name: string,
): readonly [tensor: TensorInfo, rows: number, columns: number] {
  const tensor = floatInput(kernelName, inputs, name)
  const [rows, columns, ...more] = tensor.shape
  if (rows !== undefined && columns !== undefined && more.length === 0) return [tensor, rows, columns]
  throw new ShapeError(`\`${kernelName}\` received \`${name}\` of the wrong rank.`, {
    facts: { Expected: '[rows, columns]', Received: `[${tensor.shape.join(', ')}]` },
  })
}
