// What a kernel of this package is, and the checks that keep it from reading or writing beyond a tensor.
import { type ImplementKernel, implementKernel, ShapeError } from '@ae/core'
import { inputOf, wrongShape } from '@ae/core/internal'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'

/** What a kernel computes with. */
export interface Tools {
  /** The memory in which tensors lie. */
  readonly heap: Heap
  /** tfjs's backend, for running another of its kernels. */
  readonly backend: BackendWasm
}

/** The implementation of a contract of `@ae/core/kernels`. */
export const implement: ImplementKernel<Tools> = implementKernel

/** One call of a kernel that stands in for one of tfjs, by tfjs's engine. */
export interface KernelCall extends Tools {
  /** The input tensors, borrowed. */
  readonly inputs: NamedTensorInfoMap
  /** The attributes. */
  readonly attributes: NamedAttrMap
  /** Runs tfjs's own kernel of the same name; only for names of which it has one. */
  stock(): TensorInfo | TensorInfo[]
}

/** A kernel that stands in for one of tfjs, or that tfjs lacks, by the name under which tfjs finds it. */
export interface WasmKernel {
  /** The name in tfjs's registry. */
  readonly name: string
  /** Computes the outputs, which the caller owns. */
  run(call: KernelCall): TensorInfo | TensorInfo[]
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
  const tensor = inputOf(kernelName, inputs, name)
  const fits = tensor.shape.length === shape.length && shape.every((length, axis) => tensor.shape[axis] === length)
  if (fits) return tensor
  throw wrongShape(kernelName, name, shape, tensor.shape)
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
  const tensor = inputOf(kernelName, inputs, name)
  if (tensor.shape.length === 4) return [tensor, tensor.shape as Shape4D]
  throw new ShapeError(`\`${kernelName}\` received \`${name}\` of the wrong rank.`, {
    facts: { Expected: '4 lengths', Received: `[${tensor.shape.join(', ')}]` },
  })
}
