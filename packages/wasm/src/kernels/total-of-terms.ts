// From the terms of an objective to what is minimised, and back.
import { fusedKernels, sizeOfShape } from '@ae/core'

import { floatInput, shapedInput, type WasmKernel } from './kernel.ts'

/** The mean of each term, then the sum of weights times means. */
export const totalOfTerms: WasmKernel = {
  name: fusedKernels.totalOfTerms,
  run: ({ inputs, attributes, heap }) => {
    const { weights } = attributes as { weights: number[] }
    const terms = weights.map((_, i) => floatInput(fusedKernels.totalOfTerms, inputs, `term${i}`))
    const results = heap.outputs([...terms, 'total'].map(() => []))
    const [total = 0, ...means] = results.map((tensor) => heap.address(tensor)).reverse()
    means.reverse()
    for (const [i, term] of terms.entries()) {
      const size = sizeOfShape(term.shape)
      heap.exports.addMean(heap.address(term), size, means[i] ?? 0, total, weights[i] ?? 1, i === 0 ? 0 : 1)
    }
    return results
  },
}

/** The gradient of each term. */
export const totalOfTermsGradient: WasmKernel = {
  name: fusedKernels.totalOfTermsGradient,
  run: ({ inputs, attributes, heap }) => {
    const dy = shapedInput(fusedKernels.totalOfTermsGradient, inputs, 'dy', [])
    const { weights, lengths } = attributes as { weights: number[]; lengths: number[] }
    const results = heap.outputs(lengths.map((length) => (length < 0 ? [] : [length])))
    for (const [i, result] of results.entries()) {
      const size = sizeOfShape(result.shape)
      heap.exports.fillScaled(heap.address(dy), heap.address(result), size, (weights[i] ?? 1) / size)
    }
    return results
  },
}
