// One function that two likelihoods need near its removable singularity.
import * as tf from '@tensorflow/tfjs-core'
import { exp, log, neg, select, withNumber } from './kernels.ts'

/**
 * log((1 - exp(-m)) / m), the log of the mean of exp(-m t) over t in [0, 1], for m >= 0; 0 at 0. Below 1 it is its
 * Taylor expansion, whose next term is 1e-7 there: the quotient would lose digits, and some backends compute even
 * `expm1` as a difference.
 */
export function logMeanDecay(m: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const near = withNumber(tf.Less, m, 1)
    const square = tf.square(withNumber(tf.Minimum, m, 1))
    const series = tf.mul(square, tf.sub(1 / 24, tf.mul(square, tf.sub(1 / 2880, tf.mul(square, 1 / 181440)))))
    const far = tf.maximum(m, 1)
    const quotient = log(tf.div(tf.sub(1, exp(neg(far))), far))
    return select(near, tf.sub(series, tf.mul(m, 0.5)), quotient)
  })
}
