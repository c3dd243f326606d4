// The continuous Bernoulli likelihood: with the constant that the binary cross-entropy of grey values lacks to be a density.
import type { Likelihood } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { uniformNoise } from './draw-from.ts'
import { assertOutput, type FeatureDensity, sumOverFeatures } from './elementwise.ts'
import { clip, exp, log, neg, op, select, withNumber } from './kernels.ts'
import { logMeanDecay } from './log-mean-decay.ts'

/**
 * p(x | logits) = product over features of C sigmoid(l)^x (1 - sigmoid(l))^(1 - x), a density on [0, 1]: in the logit,
 * C = l / tanh(l / 2), and p = l exp(l x) / (exp(l) - 1). Its mean 1 / (1 - exp(-l)) - 1 / l is what `decode` returns:
 * not the sigmoid, which is farther from 1/2.
 *
 * A density may be above 1, so its negative logarithm may be below 0.
 *
 * @see Loaiza-Ganem and Cunningham, The Continuous Bernoulli: Fixing a Pervasive Error in Variational Autoencoders,
 * 2019, equations 6 to 8
 */
export const continuousBernoulli: Likelihood = {
  kind: 'continuousBernoulli',
  support: { minimum: 0, maximum: 1 },
  negativeLogLikelihood: (logits, target) => sumOverFeatures('continuousBernoulli', 1, logits, target, density),
  mean(logits) {
    assertOutput('continuousBernoulli', 1, logits)
    return mean(logits)
  },
  draw(logits, address) {
    assertOutput('continuousBernoulli', 1, logits)
    return tf.tidy(() => quantile(logits, uniformNoise(logits.shape, address)))
  },
  config: { kind: 'continuousBernoulli' },
}

const density: FeatureDensity = {
  // log((exp(l) - 1) / l) - l x, where the logarithm is max(l, 0) + log((1 - exp(-|l|)) / |l|): no logit overflows
  negativeLog: (x, l) => tf.add(tf.sub(op(tf.Relu, l), tf.mul(l, x)), logMeanDecay(tf.abs(l))),
  derivatives: (x, l) => [tf.sub(mean(l), x)],
}

/** 1 / (1 - exp(-l)) - 1 / l = 1/2 + 1 / (2 tanh(l / 2)) - 1 / l; between -1 and 1 its Taylor expansion. */
function mean(logits: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const near = withNumber(tf.Less, tf.abs(logits), 1)
    const l = clip(logits, -1, 1)
    const square = tf.square(l)
    const inner = tf.sub(1 / 720, tf.mul(square, tf.sub(1 / 30240, tf.mul(square, 1 / 1209600))))
    const series = tf.mul(l, tf.sub(1 / 12, tf.mul(square, inner)))
    const far = select(near, op(tf.OnesLike, logits), logits)
    const direct = tf.sub(tf.div(0.5, op(tf.Tanh, tf.mul(far, 0.5))), tf.div(1, far))
    return tf.add(select(near, series, direct), 0.5)
  })
}

/**
 * The value that x is below with probability u. For m = |l|, below the middle of the density, it is
 * -log(1 - v (1 - exp(-m))) / m, with v = u for l < 0, and mirrored for l > 0. Below 0.03 the first two terms of its expansion in
 * m, exact to 2e-5, as the quotient would lose digits.
 */
function quantile(logits: tf.Tensor, u: tf.Tensor): tf.Tensor {
  const isRising = withNumber(tf.Greater, logits, 0)
  const v = select(isRising, tf.sub(1, u), u)
  const m = tf.abs(logits)
  const far = tf.maximum(m, 0.03)
  const exact = neg(tf.div(log(tf.sub(1, tf.mul(v, tf.sub(1, exp(neg(far)))))), far))
  const series = tf.sub(v, tf.mul(tf.mul(m, 0.5), tf.mul(v, tf.sub(1, v))))
  const x = clip(select(withNumber(tf.Less, m, 0.03), series, exact), 0, 1)
  return select(isRising, tf.sub(1, x), x)
}
