// The checks with which a backend keeps its fused kernels from reading or writing beyond a tensor.
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import { show } from '../checks/show.ts'
import { AutoencoderError, ShapeError } from '../errors.ts'
import { fusedKernels } from './kernel.ts'

/** What gives a kernel its inputs, checked. */
export interface KernelInputs {
  /**
   * The float32 input of this name.
   *
   * @throws {AutoencoderError} when it is missing or of another type
   */
  floatInput(kernelName: string, inputs: NamedTensorInfoMap, name: string): TensorInfo
  /**
   * The float32 input of this name and shape.
   *
   * @throws {ShapeError} when it has another shape
   * @throws {AutoencoderError} when it is missing or of another type
   */
  shapedInput(kernelName: string, inputs: NamedTensorInfoMap, name: string, shape: readonly number[]): TensorInfo
  /**
   * The float32 input of this name as a matrix.
   *
   * @returns the tensor and its two lengths
   * @throws {ShapeError} when its rank is not 2
   * @throws {AutoencoderError} when it is missing or of another type
   */
  matrixInput(
    kernelName: string,
    inputs: NamedTensorInfoMap,
    name: string,
  ): readonly [tensor: TensorInfo, rows: number, columns: number]
}

/**
 * The checks of the inputs of one backend's fused kernels; for whoever writes a backend.
 *
 * @param backend names it in errors, e.g. `the wasm backend`
 */
export function kernelInputs(backend: string): KernelInputs {
  const floatInput: KernelInputs['floatInput'] = (kernelName, inputs, name) => {
    const tensor = inputs[name]
    if (tensor?.dtype === 'float32') return tensor
    throw new AutoencoderError(`\`${kernelName}\` on ${backend} received a bad \`${name}\`.`, {
      facts: {
        Expected: 'a float32 tensor',
        Received: tensor === undefined ? 'nothing' : `a tensor of ${tensor.dtype}`,
      },
      fix: `cast it first, e.g. tf.cast(${name}, 'float32')`,
    })
  }
  return {
    floatInput,
    shapedInput(kernelName, inputs, name, shape) {
      const tensor = floatInput(kernelName, inputs, name)
      const same = tensor.shape.length === shape.length && shape.every((length, axis) => tensor.shape[axis] === length)
      if (same) return tensor
      throw new ShapeError(`\`${kernelName}\` received \`${name}\` of the wrong shape.`, {
        facts: { Expected: `[${shape.join(', ')}]`, Received: `[${tensor.shape.join(', ')}]` },
      })
    },
    matrixInput(kernelName, inputs, name) {
      const tensor = floatInput(kernelName, inputs, name)
      const [rows, columns, ...more] = tensor.shape
      if (rows !== undefined && columns !== undefined && more.length === 0) return [tensor, rows, columns]
      throw new ShapeError(`\`${kernelName}\` received \`${name}\` of the wrong rank.`, {
        facts: { Expected: '[rows, columns]', Received: `[${tensor.shape.join(', ')}]` },
      })
    },
  }
}

const adamNames: readonly (keyof AdamAttributes)[] = ['count', 'learningRate', 'beta1', 'beta2', 'epsilon', 'step']

/** The attributes of the fused kernel of Adam; see `fusedKernels.adam`. */
export type AdamAttributes = Readonly<Record<'count' | 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'step', number>>

/**
 * The attributes of the fused kernel of Adam, checked; for whoever writes a backend.
 *
 * @throws {AutoencoderError} when one is not a number
 */
export function adamAttributes(attributes: NamedAttrMap): AdamAttributes {
  const numbers = adamNames.map((name) => {
    const value = attributes[name]
    if (typeof value === 'number') return [name, value]
    throw new AutoencoderError(`\`${fusedKernels.adam}\` received a bad \`${name}\`.`, {
      facts: { Expected: 'a number', Received: show(value) },
    })
  })
  return Object.fromEntries(numbers)
}
