// The sum of squared differences over features, and its gradient.
import { fusedKernels } from '@ae/core'
import { drawOne } from './draw.ts'
import type { WebglKernel } from './kernel.ts'
import { sumRows } from './sums.ts'

/** [batch]. */
export const sumOfSquares: WebglKernel = {
  name: fusedKernels.sumOfSquares,
  run: ({ input, backend }) => {
    const [prediction, target] = [input('prediction'), input('target')]
    return sumRows(backend, {
      shape: prediction.shape as [number, number],
      inputs: { prediction, target },
      functions: 'vec4 squared(vec4 difference) { return difference * difference; }',
      texel: 'squared(getPrediction(row, column) - getTarget(row, column))',
    })
  },
}

/** The gradient of the prediction. */
export const sumOfSquaresGradient: WebglKernel = {
  name: fusedKernels.sumOfSquaresGradient,
  run: ({ input, backend }) => {
    const inputs = { prediction: input('prediction'), target: input('target'), dy: input('dy') }
    const texel = '2.0 * (getPrediction() - getTarget()) * getDy(0, at.x).xxyy'
    return drawOne(backend, { inputs, shape: inputs.prediction.shape, texel })
  },
}
