// The sum of squared differences, which squared errors and the Gaussian likelihood share.
import { fusedKernels, hasFused, runFused, withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { column, sigmoid } from './kernels.ts'

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
    tf.mul(tf.sub(prediction, target), column(tf.mul(dy, 2))),
  )
}

/**
 * Sum over features of (sigmoid(output) - target)^2: `[batch, features]` twice -> `[batch]`; gradient for `output`. Composed of
 * other ops if the backend has no kernel for it: call it inside `tf.tidy`.
 */
export function sumOfSquaresOfSigmoid(output: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D {
  if (!hasFused(fusedKernels.sumOfSquaresOfSigmoid)) return sumOfSquares(sigmoid(output), target)
  const run = <result extends tf.Tensor>(kernelName: string, inputs: tf.NamedTensorMap) =>
    tf.engine().runKernel(kernelName, inputs) as result
  return withGradient([output], () => ({
    value: run<tf.Tensor1D>(fusedKernels.sumOfSquaresOfSigmoid, { output, target }),
    saved: [output, target],
    gradient: (dy, [o, t]) => [
      run(fusedKernels.sumOfSquaresOfSigmoidGradient, { output: o as tf.Tensor, target: t as tf.Tensor, dy }),
    ],
  }))
}
