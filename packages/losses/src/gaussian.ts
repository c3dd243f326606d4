// The Gaussian likelihood, of a fixed or a learned standard deviation, in nats.
import type { Likelihood } from '@ae/core'
import { assertOption, assertOptions, positiveNumber } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { normalNoise } from './draw-from.ts'
import { assertOutput, sameMean } from './elementwise.ts'
import { assertSameShape, flattenFeatures } from './features.ts'
import {
  type LearnedScale,
  learnedScale,
  minimumOption,
  realLine,
  type StandardDensity,
  scaleOption,
} from './learned-scale.ts'
import { sumOfSquares } from './sum-of-squares.ts'

/** Options of {@link gaussian}. */
export type GaussianOptions =
  | {
      /** The standard deviation of every feature, in the data's unit, above 0. Defaults to 1. */
      readonly standardDeviation?: number | undefined
      /** Only for a learned standard deviation. */
      readonly minimumStandardDeviation?: undefined
    }
  | {
      /**
       * Learned: `shared` is one number for all features, a variable of the model; `perFeature` is emitted by the
       * decoder, next to each mean. Both begin at the minimum + log 2.
       */
      readonly standardDeviation: LearnedScale
      /**
       * The smallest standard deviation, in the data's unit, above 0. Without one the density of a feature that never
       * varies, such as the border of a digit, grows without bound. Defaults to 0.01: about two and a half of 256 grey
       * levels in [0, 1].
       */
      readonly minimumStandardDeviation?: number | undefined
    }

/**
 * p(x | output) = product over features of N(x; mean, standardDeviation^2). If the standard deviation is a number, the
 * decoder's raw output is the mean, `[batch, ...shape]`; if it is learned, it is [mean, raw], `[batch, ...shape, 2]`,
 * and the standard deviation is minimumStandardDeviation + softplus(raw).
 *
 * @throws {OptionError} on an unknown option, a standard deviation that is not above 0, or a minimum together with a fixed one
 * @see "Simple and Effective VAE Training with Calibrated Decoders", Rybkin, Daniilidis and Levine, 2021, for `shared`
 */
export function gaussian(options: GaussianOptions = {}): Likelihood {
  assertOptions('gaussian', options, {
    standardDeviation: scaleOption,
    minimumStandardDeviation: minimumOption(options?.standardDeviation),
  })
  const { standardDeviation = 1, minimumStandardDeviation = 0.01 } = options
  if (typeof standardDeviation === 'string') {
    const config = { kind: 'gaussian', standardDeviation, minimumStandardDeviation }
    return learnedScale(standardNormal, standardDeviation, minimumStandardDeviation, config)
  }
  return {
    kind: 'gaussian',
    support: realLine,
    negativeLogLikelihood: (mean, target) => gaussianNegativeLogLikelihood(mean, target, standardDeviation),
    mean: (output) => sameMean('gaussian', output),
    draw: (output, address) => {
      assertOutput('gaussian', 1, output)
      return tf.tidy(() => tf.add(output, tf.mul(normalNoise(output.shape, address), standardDeviation)))
    },
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
  assertOption('gaussianNegativeLogLikelihood', 'standardDeviation', standardDeviation, positiveNumber)
  return tf.tidy(() => {
    const flat = flattenFeatures(mean)
    const constant = flat.shape[1] * (Math.log(standardDeviation) + 0.5 * Math.log(2 * Math.PI))
    const squares = sumOfSquares(flat, flattenFeatures(target))
    return tf.add(tf.mul(squares, 0.5 / standardDeviation ** 2), constant)
  })
}

const standardNormal: StandardDensity = {
  penalty: (z) => tf.mul(tf.square(z), 0.5),
  derivative: (z) => z,
  constant: 0.9189385332046727, // log(2 pi) / 2; a call here would keep bundlers from leaving this object out
  noise: normalNoise,
}
