// The sum of squared differences over features, and its gradient.
import { fusedKernels } from '@ae/core'
import { elementwise } from './elementwise.ts'
import { output, type WebgpuKernel } from './kernel.ts'
import { record } from './recorder.ts'
import { rowSums } from './row-sums.ts'

/** [batch]. */
export const sumOfSquares: WebgpuKernel = {
  name: fusedKernels.sumOfSquares,
  run: ({ input, backend }) => {
    const [prediction, target] = [input('prediction'), input('target')]
    const square = '(prediction[at] - goal[at]) * (prediction[at] - goal[at])'
    // `target` is a reserved word of WGSL.
    return rowSums(backend, fusedKernels.sumOfSquares, { prediction, goal: target }, square)
  },
}

/** The gradient of the prediction. */
export const sumOfSquaresGradient: WebgpuKernel = {
  name: fusedKernels.sumOfSquaresGradient,
  run: ({ input, backend }) => {
    const [prediction, target, dy] = [input('prediction'), input('target'), input('dy')]
    const dPrediction = output(backend, prediction.shape)
    record(backend, {
      key: fusedKernels.sumOfSquaresGradient,
      reads: { prediction, goal: target, dy },
      writes: { dPrediction },
      ...elementwise(dPrediction, 'dPrediction[at] = 2.0 * (prediction[at] - goal[at]) * dy[at / sizes.columns];'),
    })
    return dPrediction
  },
}
