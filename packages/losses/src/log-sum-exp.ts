// log of a sum of exponentials, whose gradient is the softmax.
import { withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * log(sum over the last axis of exp(x)), without overflow: the maximum is taken out first.
 *
 * @param x `[..., n]`, borrowed
 * @returns `[...]`, owned by the caller
 */
export function logSumExp<rank extends tf.Rank>(x: tf.Tensor): tf.Tensor<rank> {
  return withGradient([x], () => ({
    value: tf.logSumExp(x, -1) as tf.Tensor<rank>,
    saved: [x],
    gradient: (dy, [saved]) => [tf.mul(tf.softmax(saved as tf.Tensor), tf.expandDims(dy, -1))],
  }))
}
