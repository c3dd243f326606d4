// The sum of squared differences, which squared errors and the Gaussian likelihood share.
import { fusedKernels, runFused, withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

/** Sum over features of (prediction - target)^2: `[batch, features]` twice -> `[batch]`; gradient for `prediction`. */
export function sumOfSquares(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D {
  return withGradient([prediction], () => ({
    value: runFused<tf.Tensor1D>(fusedKernels.sumOfSquares, { prediction, target }, {}, () =>
      tf.sum(tf.square(tf.sub(prediction, target)), 1),
    ),
    saved: [prediction, target],
    gradient: (dy, [p, t]) => [gradientOf(p as tf.Tensor2D, t as tf.Tensor2D, dy)],
  }))
}

function gradientOf(prediction: tf.Tensor2D, target: tf.Tensor2D, dy: tf.Tensor1D): tf.Tensor2D {
  return runFused<tf.Tensor2D>(fusedKernels.sumOfSquaresGradient, { prediction, target, dy }, {}, () =>
    tf.mul(tf.sub(prediction, target), tf.expandDims(tf.mul(dy, 2), 1)),
  )
}
