// The sum of squared differences over features, and its gradient.
import * as kernels from '@ae/core/kernels'
import { elementwise } from './elementwise.ts'
import { implement, output } from './kernel.ts'
import { record } from './recorder.ts'
import { rowSums } from './row-sums.ts'

/** [batch]. */
export const sumOfSquares = implement(kernels.sumOfSquares, ({ inputs: { prediction, target } }, backend) => {
  const square = '(prediction[at] - goal[at]) * (prediction[at] - goal[at])'
  // `target` is a reserved word of WGSL.
  return rowSums(backend, kernels.sumOfSquares.name, { prediction, goal: target }, square)
})

/** The gradient of the prediction. */
export const sumOfSquaresGradient = implement(
  kernels.sumOfSquaresGradient,
  ({ inputs: { prediction, target, dy } }, backend) => {
    const dPrediction = output(backend, prediction.shape)
    record(backend, {
      key: kernels.sumOfSquaresGradient.name,
      reads: { prediction, goal: target, dy },
      writes: { dPrediction },
      ...elementwise(dPrediction, 'dPrediction[at] = 2.0 * (prediction[at] - goal[at]) * dy[at / sizes.columns];'),
    })
    return dPrediction
  },
)
