// The Gaussian likelihood with one fixed standard deviation, in nats.
import { assertOptions, type Likelihood, positiveNumber } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { assertSameShape, flattenFeatures } from './features.ts'
import { sumOfSquares } from './sum-of-squares.ts'

/** Options of {@link gaussian}. */
export interface GaussianOptions {
  /** The standard deviation of every feature, in the data's unit, above 0. Defaults to 1. */
  readonly standardDeviation?: number | undefined
}

/**
 * p(x | mean) = product over features of N(x; mean, standardDeviation^2); the decoder's raw output is the mean.
 *
 * @throws {OptionError} on an unknown option or a standard deviation that is not above 0
 */
export function gaussian(options: GaussianOptions = {}): Likelihood {
  assertOptions('gaussian', options, { standardDeviation: positiveNumber })
  const { standardDeviation = 1 } = options
  return {
    kind: 'gaussian',
    support: { minimum: -Infinity, maximum: Infinity },
    negativeLogLikelihood: (mean, target) => gaussianNegativeLogLikelihood(mean, target, standardDeviation),
    mean: (output) => tf.clone(output),
    config: { kind: 'gaussian', standardDeviation },
  }
}

/**
 * Sum over features of (x - mean)^2 / (2 standardDeviation^2) + log(standardDeviation) + log(2 pi) / 2.
 *
 * @param mean `[batch, ...shape]`, borrowed
 * @param target the same shape, borrowed; counts as a constant, no gradient flows into it
 * @param standardDeviation above 0; defaults to 1
 * @returns `[batch]`, nats; owned by the caller
 * @throws {ShapeError} when the shapes differ
 */
export function gaussianNegativeLogLikelihood(mean: tf.Tensor, target: tf.Tensor, standardDeviation = 1): tf.Tensor1D {
  assertSameShape('gaussianNegativeLogLikelihood', 'mean', mean, 'target', target)
  return tf.tidy(() => {
    const flat = flattenFeatures(mean)
    const constant = flat.shape[1] * (Math.log(standardDeviation) + 0.5 * Math.log(2 * Math.PI))
    const squares = sumOfSquares(flat, flattenFeatures(target))
    return tf.add(tf.mul(squares, 0.5 / standardDeviation ** 2), constant)
  })
}
