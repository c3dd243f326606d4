// The divergence of a code's mean activations from a rate, and its gradient.
import * as kernels from '@ae/core/kernels'
import type { Heap } from '../memory/heap.ts'
import { implement } from './kernel.ts'

/** [], nats. */
export const klSparsity = implement(kernels.klSparsity, ({ inputs, attributes, sizes }, { heap }) => {
  const { batch, units } = sizes
  const out = heap.output([])
  withMeans(heap, heap.address(inputs.code), batch, units, (means) => {
    heap.exports.klSparsity(means, heap.address(out), units, attributes.rate)
  })
  return out
})

/** The gradient of the code. */
export const klSparsityGradient = implement(kernels.klSparsityGradient, ({ inputs, attributes, sizes }, { heap }) => {
  const { batch, units } = sizes
  const out = heap.output([batch, units])
  withMeans(heap, heap.address(inputs.code), batch, units, (means) => {
    const [dy, to] = [heap.address(inputs.dy), heap.address(out)]
    heap.exports.klSparsityGradient(means, dy, to, batch, units, attributes.rate)
  })
  return out
})

/** Calls `use` with the address of the means over the batch. */
function withMeans(heap: Heap, code: number, batch: number, units: number, use: (means: number) => void): void {
  heap.scratch(4 * units, (means) => {
    heap.exports.columnSums(code, means, 1, batch, units, 1 / batch)
    use(means)
  })
}
