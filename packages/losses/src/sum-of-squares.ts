// The sum of squared differences, which squared errors and the Gaussian likelihood share.
import { hasFused, runFused, runKernel, withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { column, sigmoid } from './kernels.ts'

/** Sum over features of (prediction - target)^2: `[batch, features]` twice -> `[batch]`; gradient for `prediction`. */
export function sumOfSquares(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D {
  return withGradient([prediction], () => ({
    value: runFused('AeSumOfSquares', { prediction, target }, {}, () =>
      tf.sum(tf.square(tf.sub(prediction, target)), 1),
    ),
    saved: [prediction, target],
    gradient: (dy, [p, t]) => [gradientOf(p as tf.Tensor2D, t as tf.Tensor2D, dy)],
  }))
}

function gradientOf(prediction: tf.Tensor2D, target: tf.Tensor2D, dy: tf.Tensor1D): tf.Tensor2D {
  return runFused('AeSumOfSquaresGradient', { prediction, target, dy }, {}, () =>
    tf.mul(tf.sub(prediction, target), column(tf.mul(dy, 2))),
  )
}

/**
 * Sum over features of (sigmoid(output) - target)^2: `[batch, features]` twice -> `[batch]`; gradient for `output`. Composed of
 * other ops if the backend has no kernel for it: call it inside `tf.tidy`.
 */
export function sumOfSquaresOfSigmoid(output: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D {
  if (!hasFused('AeSumOfSquaresOfSigmoid')) return sumOfSquares(sigmoid(output), target)
  return withGradient([output], () => ({
    value: runKernel('AeSumOfSquaresOfSigmoid', { output, target }, {}),
    saved: [output, target],
    gradient: (dy, [o, t]) => [
      runKernel('AeSumOfSquaresOfSigmoidGradient', { output: o as tf.Tensor2D, target: t as tf.Tensor2D, dy }, {}),
    ],
  }))
}
