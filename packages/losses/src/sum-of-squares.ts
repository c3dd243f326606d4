// The sum of squared differences, which squared errors and the Gaussian likelihood share.
import { withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

/** Sum over features of (prediction - target)^2: `[batch, features]` twice -> `[batch]`; gradient for `prediction`. */
export function sumOfSquares(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D {
  return withGradient([prediction], () => {
    const difference = tf.sub(prediction, target)
    return {
      value: tf.sum<tf.Tensor1D>(tf.square(difference), 1),
      saved: [difference],
      gradient: (dy, [d]) => [tf.mul(d as tf.Tensor2D, tf.expandDims(tf.mul(dy, 2), 1))],
    }
  })
}
