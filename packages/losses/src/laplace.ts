// The Laplace likelihood, of a fixed or a learned scale, in nats: absolute rather than squared errors.
import type { Likelihood } from '@ae/core'
import { assertOptions } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { laplaceNoise } from './draw-from.ts'
import { assertOutput, sameMean, sumOverFeatures } from './elementwise.ts'
import { op } from './kernels.ts'
import {
  type LearnedScale,
  learnedScale,
  minimumOption,
  realLine,
  type StandardDensity,
  scaleOption,
} from './learned-scale.ts'

/** Options of {@link laplace}. */
export type LaplaceOptions =
  | {
      /** The mean absolute deviation of every feature, in the data's unit, above 0. Defaults to 1. */
      readonly scale?: number | undefined
      /** Only for a learned scale. */
      readonly minimumScale?: undefined
    }
  | {
      /**
       * Learned: `shared` is one number for all features, a variable of the model; `perFeature` is emitted by the
       * decoder, next to each mean. Both begin at the minimum + log 2.
       */
      readonly scale: LearnedScale
      /**
       * The smallest scale, in the data's unit, above 0: without one the density of a feature that never varies grows
       * without bound. Defaults to 0.01.
       */
      readonly minimumScale?: number | undefined
    }

/**
 * p(x | output) = product over features of exp(-|x - mean| / scale) / (2 scale). If the scale is a number, the
 * decoder's raw output is the mean, `[batch, ...shape]`; if it is learned, it is [mean, raw], `[batch, ...shape, 2]`,
 * and the scale is minimumScale + softplus(raw). At x = mean the gradient of the mean is 0.
 *
 * @throws {OptionError} on an unknown option, a scale that is not above 0, or a minimum together with a fixed one
 */
export function laplace(options: LaplaceOptions = {}): Likelihood {
  assertOptions('laplace', options, { scale: scaleOption, minimumScale: minimumOption(options?.scale) })
  const { scale = 1, minimumScale = 0.01 } = options
  if (typeof scale === 'string') {
    return learnedScale(standardLaplace, scale, minimumScale, { kind: 'laplace', scale, minimumScale })
  }
  const constant = Math.log(2 * scale)
  return {
    kind: 'laplace',
    support: realLine,
    negativeLogLikelihood: (output, target) =>
      sumOverFeatures('laplace', 1, output, target, {
        negativeLog: (x, mean) => tf.add(tf.div(tf.abs(tf.sub(x, mean)), scale), constant),
        derivatives: (x, mean) => [tf.div(op(tf.Sign, tf.sub(mean, x)), scale)],
      }),
    mean: (output) => sameMean('laplace', output),
    draw: (output, address) => {
      assertOutput('laplace', 1, output)
      return tf.tidy(() => tf.add(output, tf.mul(laplaceNoise(output.shape, address), scale)))
    },
    config: { kind: 'laplace', scale },
  }
}

const standardLaplace: StandardDensity = {
  penalty: (z) => tf.abs(z),
  derivative: (z) => op(tf.Sign, z),
  constant: Math.LN2,
  noise: laplaceNoise,
}
