// The sum of squared differences over features, and its gradient.
import * as kernels from '@ae/core/kernels'
import { drawOne } from './draw.ts'
import { implement } from './kernel.ts'
import { sumRows } from './sums.ts'

/** [batch]. */
export const sumOfSquares = implement(kernels.sumOfSquares, ({ inputs, sizes }, backend) => {
  return sumRows(backend, {
    shape: [sizes.batch, sizes.features],
    inputs,
    functions: 'vec4 squared(vec4 difference) { return difference * difference; }',
    texel: 'squared(getPrediction(row, column) - getTarget(row, column))',
  })
})

/** The gradient of the prediction. */
export const sumOfSquaresGradient = implement(kernels.sumOfSquaresGradient, ({ inputs }, backend) => {
  const texel = '2.0 * (getPrediction() - getTarget()) * getDy(0, at.x).xxyy'
  return drawOne(backend, { inputs, shape: inputs.prediction.shape, texel })
})
