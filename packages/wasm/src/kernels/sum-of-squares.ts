// Sum of squared differences, of a decoder's output or of its sigmoid, and their gradients.
import { fusedKernels } from '@ae/core'
import { matrixInput, shapedInput, type WasmKernel } from './kernel.ts'

/** [batch], summed over features. */
export const sumOfSquares: WasmKernel = squares(fusedKernels.sumOfSquares, 'prediction', 0)

/** The gradient of the prediction. */
export const sumOfSquaresGradient: WasmKernel = gradient(fusedKernels.sumOfSquaresGradient, 'prediction', 0)

/** [batch], summed over features. */
export const sumOfSquaresOfSigmoid: WasmKernel = squares(fusedKernels.sumOfSquaresOfSigmoid, 'output', 1)

/** The gradient of the output before its sigmoid. */
export const sumOfSquaresOfSigmoidGradient: WasmKernel = gradient(
  fusedKernels.sumOfSquaresOfSigmoidGradient,
  'output',
  1,
)

function squares(name: string, ofWhat: string, bounded: 0 | 1): WasmKernel {
  return {
    name,
    run: ({ inputs, heap }) => {
      const [x, batch, features] = matrixInput(name, inputs, ofWhat)
      const target = shapedInput(name, inputs, 'target', x.shape)
      const out = heap.output([batch])
      const addresses = [x, target, out].map((tensor) => heap.address(tensor))
      heap.native.sumOfSquares(heap.team, ...addresses, batch, features, bounded)
      return out
    },
  }
}

function gradient(name: string, ofWhat: string, bounded: 0 | 1): WasmKernel {
  return {
    name,
    run: ({ inputs, heap }) => {
      const [x, batch, features] = matrixInput(name, inputs, ofWhat)
      const target = shapedInput(name, inputs, 'target', x.shape)
      const dy = shapedInput(name, inputs, 'dy', [batch])
      const out = heap.output(x.shape)
      const addresses = [x, target, dy, out].map((tensor) => heap.address(tensor))
      heap.native.sumOfSquaresGradient(heap.team, ...addresses, batch, features, bounded)
      return out
    },
  }
}
