// Location-scale likelihoods whose scale is learned, once for all features or for each: what `gaussian` and `laplace`
// share.
import type { Interval, Likelihood, RandomAddress, Shape } from '@ae/core'
import { type OptionCheck, positiveNumber } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { type FeatureDensity, firstParameter, parametersOf, sumOverFeatures } from './elementwise.ts'
import { log, neg, op, sigmoid } from './kernels.ts'

/** How a scale is learned: one number for all features, or one that the decoder emits for each. */
export type LearnedScale = 'shared' | 'perFeature'

/** A density of location 0 and scale 1, by its negative logarithm: `penalty(z) + constant`. */
export interface StandardDensity {
  /** -log p(z) without its constant. */
  penalty(z: tf.Tensor): tf.Tensor
  /** The derivative of `penalty`. */
  derivative(z: tf.Tensor): tf.Tensor
  /** In nats. */
  readonly constant: number
  /** Numbers that are drawn from it. */
  noise(shape: Shape, address: RandomAddress): tf.Tensor
}

/** All real numbers: the support of a location-scale density. */
export const realLine: Interval = { minimum: -Infinity, maximum: Infinity }

/** A scale option: a fixed number, or how it is learned. */
export const scaleOption: OptionCheck = (value) => {
  const good = value === 'shared' || value === 'perFeature' || (Number.isFinite(value) && Number(value) > 0)
  return good ? undefined : "a finite number above 0, 'shared' or 'perFeature'"
}

/** The option of a smallest scale: a number above 0, and only if the scale is learned. */
export function minimumOption(scale: unknown): OptionCheck {
  if (typeof scale === 'string') return positiveNumber
  return () => "nothing, unless the scale is learned: 'shared' or 'perFeature'"
}

/**
 * The likelihood of parameters [location, raw], whose scale is `minimum + softplus(raw)`. A raw value of 0, where both
 * ways of learning begin, is a scale of `minimum + log 2`.
 *
 * @param standard the density that is shifted and scaled
 * @param learned where `raw` comes from: the decoder, for each feature, or one shared variable of the model
 * @param minimum above 0; keeps the density bounded if a feature never varies
 */
export function learnedScale(
  standard: StandardDensity,
  learned: LearnedScale,
  minimum: number,
  config: Likelihood['config'],
): Likelihood {
  const { kind } = config
  const scaleOf = (raw: tf.Tensor) => tf.add(op(tf.Softplus, raw), minimum)
  const standardise = (x: tf.Tensor, location: tf.Tensor, raw: tf.Tensor) => {
    const scale = scaleOf(raw)
    return { scale, z: tf.div(tf.sub(x, location), scale) }
  }
  const density: FeatureDensity = {
    negativeLog: (x, location: tf.Tensor, raw: tf.Tensor) => {
      const { scale, z } = standardise(x, location, raw)
      return tf.add(tf.add(standard.penalty(z), log(scale)), standard.constant)
    },
    derivatives: (x, location: tf.Tensor, raw: tf.Tensor) => {
      const { scale, z } = standardise(x, location, raw)
      const slope = standard.derivative(z)
      const byScale = tf.div(tf.sub(1, tf.mul(slope, z)), scale)
      return [neg(tf.div(slope, scale)), tf.mul(byScale, sigmoid(raw))]
    },
  }
  return {
    kind,
    support: realLine,
    parameters: 2,
    ...(learned === 'shared' ? { shared: [0] } : {}),
    negativeLogLikelihood: (output, target) => sumOverFeatures(kind, 2, output, target, density),
    mean: (output) => firstParameter(kind, output),
    draw: (output, address) =>
      tf.tidy(() => {
        const [location, raw] = parametersOf(kind, 2, output) as [tf.Tensor, tf.Tensor]
        return tf.add(location, tf.mul(standard.noise(location.shape, address), scaleOf(raw)))
      }),
    config,
  }
}
