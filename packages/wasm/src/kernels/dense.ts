// A dense layer with its bias and activation in one kernel, and its whole gradient in another.
import * as kernels from '@ae/core/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { implement } from './kernel.ts'
import { type Matrix, multiply } from './product.ts'

/** The numbers by which assembly/activate.ts knows the activations. */
export const activationCodes = { linear: 0, relu: 1, sigmoid: 2, tanh: 3 } as const

/** `activation(x kernel + bias)`. */
export const dense = implement(kernels.dense, ({ inputs, attributes, sizes }, { heap }) => {
  const { batch, inSize, outSize } = sizes
  const out = heap.output([batch, outSize])
  const x = matrix(heap.address(inputs.x), batch, inSize)
  const kernel = matrix(heap.address(inputs.kernel), inSize, outSize)
  const ending = { bias: heap.address(inputs.bias), activation: activationCodes[attributes.activation] }
  multiply(heap, x, kernel, heap.address(out), ending)
  return out
})

/** The gradients of kernel and bias and, if asked for, of `x`. */
export const denseGradient = implement(kernels.denseGradient, ({ inputs, attributes, sizes }, { heap }) => {
  const { x, kernel, output, dy } = inputs
  const { batch, inSize, outSize } = sizes
  const activation = activationCodes[attributes.activation]
  const run = (dPre: number): TensorInfo[] => {
    const shapes = [[inSize, outSize], [outSize], ...(attributes.needsInput ? [[batch, inSize]] : [])]
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
})

function matrix(address: number, rows: number, columns: number): Matrix {
  return { address, rows, columns, transposed: false }
}
