// Pixels as they are stored, to the numbers that models take.
import { sizeOfShape } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import { implement } from './kernel.ts'

/** Bytes as fractions of 255. */
export const byteFractions = implement(kernels.byteFractions, ({ inputs: { bytes } }, { heap }) => {
  const out = heap.output(bytes.shape)
  heap.exports.byteFractions(heap.address(bytes), heap.address(out), sizeOfShape(bytes.shape))
  return out
})
