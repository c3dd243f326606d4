// From the terms of an objective to what is minimised, and back.
import { sizeOfShape } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import { implement } from './kernel.ts'

/** The mean of each term, then the sum of weights times means. */
export const totalOfTerms = implement(kernels.totalOfTerms, ({ inputs, attributes }, { heap }) => {
  const { weights } = attributes
  const results = heap.outputs([...weights, 'total'].map(() => []))
  const [total = 0, ...means] = results.map((tensor) => heap.address(tensor)).reverse()
  means.reverse()
  for (const [i, term] of inputs.term.entries()) {
    const size = sizeOfShape(term.shape)
    heap.exports.addMean(heap.address(term), size, means[i] ?? 0, total, weights[i] ?? 1, i === 0 ? 0 : 1)
  }
  return results
})

/** The gradient of each term. */
export const totalOfTermsGradient = implement(kernels.totalOfTermsGradient, ({ inputs, attributes }, { heap }) => {
  const { weights, lengths } = attributes
  const results = heap.outputs(lengths.map((length) => (length < 0 ? [] : [length])))
  for (const [i, result] of results.entries()) {
    const size = sizeOfShape(result.shape)
    heap.exports.fillScaled(heap.address(inputs.dy), heap.address(result), size, (weights[i] ?? 1) / size)
  }
  return results
})
