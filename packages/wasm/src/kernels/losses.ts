// Reconstruction losses and their gradients.
import { fusedKernels } from '@ae/core'
import { matrixInput, shapedInput, type WasmKernel } from './kernel.ts'

/** Of each loss, in the order of their numbers in assembly/losses.ts: its kernel, the gradient's, and the decoder's output. */
const names = [
  [fusedKernels.bernoulli, fusedKernels.bernoulliGradient, 'logits'],
  [fusedKernels.sumOfSquares, fusedKernels.sumOfSquaresGradient, 'prediction'],
  [fusedKernels.sumOfSquaresOfSigmoid, fusedKernels.sumOfSquaresOfSigmoidGradient, 'output'],
] as const

/** The losses `[batch]`, summed over features, and the gradients of the decoder's output. */
export const losses: readonly WasmKernel[] = names.flatMap(([name, gradientName, output], code) => [
  loss(name, output, code),
  lossGradient(gradientName, output, code),
])

function loss(name: string, outputName: string, code: number): WasmKernel {
  return {
    name,
    run: ({ inputs, heap }) => {
      const [output, batch, features] = matrixInput(name, inputs, outputName)
      const target = shapedInput(name, inputs, 'target', output.shape)
      const out = heap.output([batch])
      const addresses = [output, target, out].map((tensor) => heap.address(tensor))
      heap.exports.loss(code, ...addresses, batch, features)
      return out
    },
  }
}

function lossGradient(name: string, outputName: string, code: number): WasmKernel {
  return {
    name,
    run: ({ inputs, heap }) => {
      const [output, batch, features] = matrixInput(name, inputs, outputName)
      const target = shapedInput(name, inputs, 'target', output.shape)
      const dy = shapedInput(name, inputs, 'dy', [batch])
      const out = heap.output(output.shape)
      const addresses = [output, target, dy, out].map((tensor) => heap.address(tensor))
      heap.exports.lossGradient(code, ...addresses, batch, features)
      return out
    },
  }
}
