// What a kernel of this package is, and the checks that keep it from reading or writing beyond a tensor.
import { ShapeError } from '@ae/core'
import { kernelInputs } from '@ae/core/internal'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'

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

/** The checks of a kernel's inputs. */
export const { floatInput, shapedInput, matrixInput } = /* @__PURE__ */ kernelInputs('the wasm backend')

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
