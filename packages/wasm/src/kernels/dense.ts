// A dense layer with its bias and activation in one kernel, and its whole gradient in another.
import { AutoencoderError, fusedKernels } from '@ae/core'
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import { matrixInput, shapedInput, type WasmKernel } from './kernel.ts'
import { type Matrix, multiply } from './product.ts'

// The numbers by which assembly/dense.ts knows the activations.
const activationCodes: Readonly<Record<string, number>> = { linear: 0, relu: 1, sigmoid: 2, tanh: 3 }

/** `activation(x kernel + bias)`. */
export const dense: WasmKernel = {
  name: fusedKernels.dense,
  run: ({ inputs, attributes, heap }) => {
    const [x, batch, inSize] = matrixInput(fusedKernels.dense, inputs, 'x')
    const [, , outSize] = matrixInput(fusedKernels.dense, inputs, 'kernel')
    const kernel = shapedInput(fusedKernels.dense, inputs, 'kernel', [inSize, outSize])
    const bias = shapedInput(fusedKernels.dense, inputs, 'bias', [outSize])
    const activation = activationOf(fusedKernels.dense, attributes)
    const out = heap.output([batch, outSize])
    multiply(
      heap,
      matrix(heap.address(x), batch, inSize),
      matrix(heap.address(kernel), inSize, outSize),
      heap.address(out),
      { bias: heap.address(bias), activation },
    )
    return out
  },
}

/** The gradients of kernel and bias and, if asked for, of `x`. */
export const denseGradient: WasmKernel = {
  name: fusedKernels.denseGradient,
  run: ({ inputs, attributes, heap }) => {
    const name = fusedKernels.denseGradient
    const [x, batch, inSize] = matrixInput(name, inputs, 'x')
    const [dy, , outSize] = matrixInput(name, inputs, 'dy')
    shapedInput(name, inputs, 'dy', [batch, outSize])
    const output = shapedInput(name, inputs, 'output', [batch, outSize])
    const kernel = shapedInput(name, inputs, 'kernel', [inSize, outSize])
    const activation = activationOf(name, attributes)
    const needsInput = attributes.needsInput === true
    const run = (dPre: number): TensorInfo[] => {
      const shapes = [[inSize, outSize], [outSize], ...(needsInput ? [[batch, inSize]] : [])]
      const results = heap.outputs(shapes)
      const [dKernel, dBias, dx] = results.map((tensor) => heap.address(tensor))
      if (dKernel === undefined || dBias === undefined) return results
      const dPreMatrix = matrix(dPre, batch, outSize)
      if (activation !== activationCodes.linear) {
        heap.exports.activationGradient(heap.address(dy), heap.address(output), dPre, batch * outSize, activation)
      }
      multiply(heap, { ...matrix(heap.address(x), batch, inSize), transposed: true }, dPreMatrix, dKernel)
      heap.exports.columnSums(dPre, dBias, 1, batch, outSize, 1)
      if (dx !== undefined) {
        multiply(heap, dPreMatrix, { ...matrix(heap.address(kernel), inSize, outSize), transposed: true }, dx)
      }
      return results
    }
    return activation === activationCodes.linear ? run(heap.address(dy)) : heap.scratch(4 * batch * outSize, run)
  },
}

/**
 * The number of an activation, as assembly/dense.ts knows it.
 *
 * @returns undefined when it has none
 */
export function activationCode(activation: unknown): number | undefined {
  return typeof activation === 'string' && Object.hasOwn(activationCodes, activation)
    ? activationCodes[activation]
    : undefined
}

/**
 * The number of the attribute `activation`.
 *
 * @throws {AutoencoderError} when it has none
 */
export function activationOf(kernelName: string, attributes: NamedAttrMap): number {
  const code = activationCode(attributes.activation)
  if (code !== undefined) return code
  throw new AutoencoderError(`\`${kernelName}\` received an unknown \`activation\`.`, {
    facts: { Expected: Object.keys(activationCodes).join(', '), Received: String(attributes.activation) },
  })
}

function matrix(address: number, rows: number, columns: number): Matrix {
  return { address, rows, columns, transposed: false }
}
