// What training minimises, from the terms of an objective: their means and the weighted sum of those, and its gradient.
import * as kernels from '@ae/core/kernels'
import { util } from '@tensorflow/tfjs-core'
import { draw } from './draw.ts'
import { implement } from './kernel.ts'
import { shorten, sumFunction } from './sums.ts'

/** The mean of each term, then the sum of weights times means; scalars. */
export const totalOfTerms = implement(kernels.totalOfTerms, ({ inputs, attributes }, backend) => {
  const { weights } = attributes
  const terms = inputs.term.map((term, i) => {
    const size = util.sizeFromShape(term.shape)
    const summands = { shape: [1, size], inputs: { [`term${i}`]: term }, texel: `getTerm${i}(row, column)` } as const
    return { ...shorten(backend, summands, 'columns', `term${i}`), mean: `sums${i}(0).x / ${size}.0` }
  })
  const total = terms.map(({ mean }, i) => `weight${i} * (${mean})`).join(' + ')
  const outputs = [...terms.map(({ mean }) => mean), total]
  const results = draw(backend, {
    inputs: Object.assign({}, ...terms.map(({ summands }) => summands.inputs)),
    numbers: Object.fromEntries(weights.map((weight, i) => [`weight${i}`, weight])),
    functions: terms.map(({ summands }, i) => sumFunction(`sums${i}`, summands, 'columns')).join('\n'),
    outputs: outputs.map((scalar) => ({ shape: [], texel: `vec4(${scalar}, 0, 0, 0)` })),
  })
  for (const term of terms) term.dispose()
  return results
})

/** The gradient of each term. */
export const totalOfTermsGradient = implement(kernels.totalOfTermsGradient, ({ inputs, attributes }, backend) => {
  const { weights, lengths } = attributes
  const { dy } = inputs
  // The gradient of what is minimised is a 1 that tfjs has not uploaded: it need not be.
  const known = numberOf(backend.texData.get(dy.dataId).values)
  const factor = (length: number, i: number) => (weights[i] ?? 1) / Math.max(length, 1)
  return draw(backend, {
    inputs: known === undefined ? { dy } : {},
    numbers: Object.fromEntries(lengths.map((length, i) => [`factor${i}`, factor(length, i) * (known ?? 1)])),
    outputs: lengths.map((length, i) => ({
      shape: length === -1 ? [] : [length],
      texel: `vec4(factor${i}${known === undefined ? ' * getDy(0, 0).x' : ''})`,
    })),
  })
})

function numberOf(values: unknown): number | undefined {
  return ArrayBuffer.isView(values) ? Number((values as Float32Array)[0]) : undefined
}
