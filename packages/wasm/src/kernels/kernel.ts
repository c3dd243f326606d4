// What a kernel of this package is, and the checks that keep it from reading or writing beyond a tensor.
import { AutoencoderError, ShapeError } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../heap.ts'

/** One call of a kernel by tfjs's engine. */
export interface KernelCall {
  /** The input tensors, borrowed. */
  readonly inputs: NamedTensorInfoMap
  /** The attributes. */
  readonly attributes: NamedAttrMap
  /** The memory they lie in. */
  readonly heap: Heap
  /** tfjs's backend, for running another of its kernels. */
  readonly backend: BackendWasm
  /** Runs tfjs's own kernel of the same name; only for names of which it has one. */
  stock(): TensorInfo | TensorInfo[]
}

/** A kernel by the name under which tfjs finds it. */
export interface WasmKernel {
  /** The name in tfjs's registry. */
  readonly name: string
  /** Computes the outputs, which the caller owns. */
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
  throw new AutoencoderError(`\`${kernelName}\` on the wasm backend received a bad \`${name}\`.`, {
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

/** Lengths of `[batch, height, width, channels]`, or of a filter. */
export type Shape4D = [number, number, number, number]

/**
 * The float32 input of this name as images, or as a filter.
 *
 * @returns the tensor and its lengths
 * @throws {ShapeError} when its rank is not 4
 * @throws {AutoencoderError} when it is missing or of another type
 */
export function imagesInput(
  kernelName: string,
  inputs: NamedTensorInfoMap,
  name: string,
): readonly [tensor: TensorInfo, shape: Shape4D] {
  const tensor = floatInput(kernelName, inputs, name)
  if (tensor.shape.length === 4) return [tensor, tensor.shape as Shape4D]
  throw new ShapeError(`\`${kernelName}\` received \`${name}\` of the wrong rank.`, {
    facts: { Expected: '4 lengths', Received: `[${tensor.shape.join(', ')}]` },
  })
}
