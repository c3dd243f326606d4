// Whole objectives.
import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, row, type T, within, type X } from './row.ts'

/** Losses, as tfjs has them and as a user would write them. */
export const objectives: readonly GradientCase[] = [
  row('losses.meanSquaredError', (y: T, p: T) => tf.losses.meanSquaredError(y, p), [3, 4], [3, 4]),
  row('losses.absoluteDifference', (y: T, p: T) => tf.losses.absoluteDifference(y, p), [3, 4], [3, 4]),
  row('losses.huberLoss', (y: T, p: T) => tf.losses.huberLoss(y, p, undefined, 0.8), [3, 4], [3, 4]),
  row('losses.logLoss', (p: T) => tf.losses.logLoss(tf.oneHot([1, 3, 0], 4), p), within(0.3, 0.7, 3, 4)),
  row('losses.hingeLoss', (p: T) => tf.losses.hingeLoss(tf.tensor2d([[1, 0, 1, 0]]), p), within(-1, 0.9, 1, 4)),
  row('losses.cosineDistance', (y: T, p: T) => tf.losses.cosineDistance(y, p, 1), [3, 4], [3, 4]),
  row('losses.sigmoidCrossEntropy', (l: T) => tf.losses.sigmoidCrossEntropy(tf.fill([3, 4], 0.3), l), [3, 4]),
  row('losses.softmaxCrossEntropy', (l: T) => tf.losses.softmaxCrossEntropy(tf.fill([3, 4], 0.25), l), [3, 4]),
  row('dropout', (x: T) => tf.dropout(x, 0.4, undefined, 7), [3, 4]),
  row('Gaussian divergence', gaussianDivergence, [3, 4], [3, 4]),
  row(
    'reparameterisation',
    (m: T, v: T) => tf.add(m, tf.mul(tf.exp(tf.div(v, 2)), tf.linspace(-1, 1, 4))),
    [3, 4],
    [3, 4],
  ),
  row(
    'mixture of Gaussians',
    (x: T, mean: T) => tf.neg(tf.logSumExp(tf.neg(squaredDistances(x, mean)), 1)),
    [3, 2],
    [4, 2],
  ),
  row('maximum mean discrepancy', (a: T, b: T) => tf.sub(similarity(a, a), similarity(a, b)), [3, 2], [4, 2]),
  row('total variation', totalVariation, [2, 3, 4, 1]),
  row('nearest code', nearestCode, [3, 2], [4, 2]),
]

function gaussianDivergence(mean: T, logVariance: T): T {
  const terms = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1))
  return tf.mul(tf.sum(terms, 1), 0.5)
}

function squaredDistances(a: T, b: T): T {
  return tf.sum(tf.squaredDifference(tf.expandDims(a, 1), tf.expandDims(b, 0)), 2)
}

function similarity(a: T, b: T): T {
  return tf.mean(tf.exp(tf.neg(squaredDistances(a, b))))
}

function totalVariation(x: X): T {
  const [, height, width] = x.shape
  const down = tf.sub(tf.slice(x, [0, 1]), tf.slice(x, [0, 0], [-1, height - 1]))
  const right = tf.sub(tf.slice(x, [0, 0, 1]), tf.slice(x, [0, 0, 0], [-1, -1, width - 1]))
  return tf.add(tf.sum(tf.abs(down), [1, 2, 3]), tf.sum(tf.abs(right), [1, 2, 3]))
}

function nearestCode(x: T, codes: T): T {
  const nearest = tf.gather(codes, tf.argMin(squaredDistances(x, codes), 1))
  return tf.sum(tf.squaredDifference(x, nearest), 1)
}
