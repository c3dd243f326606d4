// The divergence of a code's mean activations from a rate, and its gradient.
import { fusedKernels } from '@ae/core'
import type { Heap } from '../memory/heap.ts'
import { matrixInput, shapedInput, type WasmKernel } from './kernel.ts'

/** [], nats. */
export const klSparsity: WasmKernel = {
  name: fusedKernels.klSparsity,
  run: ({ inputs, attributes, heap }) => {
    const [code, batch, units] = matrixInput(fusedKernels.klSparsity, inputs, 'code')
    const out = heap.output([])
    withMeans(heap, heap.address(code), batch, units, (means) => {
      heap.exports.klSparsity(means, heap.address(out), units, attributes.rate as number)
    })
    return out
  },
}

/** The gradient of the code. */
export const klSparsityGradient: WasmKernel = {
  name: fusedKernels.klSparsityGradient,
  run: ({ inputs, attributes, heap }) => {
    const [code, batch, units] = matrixInput(fusedKernels.klSparsityGradient, inputs, 'code')
    const dy = shapedInput(fusedKernels.klSparsityGradient, inputs, 'dy', [])
    const out = heap.output(code.shape)
    withMeans(heap, heap.address(code), batch, units, (means) => {
      const rate = attributes.rate as number
      heap.exports.klSparsityGradient(means, heap.address(dy), heap.address(out), batch, units, rate)
    })
    return out
  },
}

/** Calls `use` with the address of the means over the batch. */
function withMeans(heap: Heap, code: number, batch: number, units: number, use: (means: number) => void): void {
  heap.scratch(4 * units, (means) => {
    heap.exports.columnSums(code, means, 1, batch, units, 1 / batch)
    use(means)
  })
}
