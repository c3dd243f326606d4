// Corruptions: what a denoising autoencoder does to its input. The same numbers on every backend.
// Vincent et al., Stacked denoising autoencoders, 2010, section 3.3.
import { type Json, type RandomAddress, randomNormal, randomUniform, repeatable } from '@ae/core'
import { assertOptions, assertTensor, nonNegativeNumber, probabilityOption } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'

/** Corrupts examples at random. */
export interface Corruption {
  /**
   * The spoilt batch. `repeatable`, if it computes the same in every step of training but for its random numbers.
   *
   * @param x `[batch, ...shape]`, borrowed
   * @param address where the randomness comes from; drawn from the stream `corruption`
   * @returns the same shape, owned by the caller
   * @throws {OptionError} when seed or step is not an integer in range
   */
  corrupt(x: tf.Tensor, address: RandomAddress): tf.Tensor
  /** What restores it from a saved model. */
  readonly config: CorruptionConfig
}

/** A corruption as JSON: its kind and its options by name. */
export interface CorruptionConfig {
  /** The name of its factory, e.g. `gaussianNoise`. */
  readonly kind: string
  /** Its options. */
  readonly [option: string]: Json | undefined
}

/** Options of {@link gaussianNoise}. */
export interface GaussianNoiseOptions {
  /** Of the noise, in the unit of the data, at least 0. Defaults to 0.3. */
  readonly standardDeviation?: number | undefined
}

/** Options of {@link maskingNoise} and {@link saltAndPepperNoise}. */
export interface CorruptionRateOptions {
  /** The probability that a feature is spoilt, in [0, 1]. Defaults to 0.25. */
  readonly rate?: number | undefined
}

/**
 * Adds independent Gaussian noise to each feature. The sum is not clipped: it leaves the range of the data.
 *
 * @throws {OptionError} on an unknown or bad option
 */
export function gaussianNoise(options: GaussianNoiseOptions = {}): Corruption {
  assertOptions('gaussianNoise', options, { standardDeviation: nonNegativeNumber })
  const { standardDeviation = 0.3 } = options
  return {
    corrupt: repeatable((x, address) => {
      assertTensor('corrupt', 'x', x, 'float32')
      return tf.tidy(() => tf.add(x, tf.mul(randomNormal(x.shape, 'corruption', address), standardDeviation)))
    }),
    config: { kind: 'gaussianNoise', standardDeviation },
  }
}

/**
 * Sets features to 0, each with probability `rate`.
 *
 * @throws {OptionError} on an unknown or bad option
 */
export function maskingNoise(options: CorruptionRateOptions = {}): Corruption {
  assertOptions('maskingNoise', options, { rate: probabilityOption })
  const { rate = 0.25 } = options
  return {
    corrupt: repeatable((x, address) =>
      tf.tidy(() => tf.mul(x, tf.greaterEqual(uniformsFor(x, address), exactly(rate)))),
    ),
    config: { kind: 'maskingNoise', rate },
  }
}

/**
 * Sets features to 0 or to 1, the ends of the range of images: each is spoilt with probability `rate`, and then either
 * end is as likely.
 *
 * @throws {OptionError} on an unknown or bad option
 */
export function saltAndPepperNoise(options: CorruptionRateOptions = {}): Corruption {
  assertOptions('saltAndPepperNoise', options, { rate: probabilityOption })
  const { rate = 0.25 } = options
  return {
    corrupt: repeatable((x, address) =>
      tf.tidy(() => {
        const uniforms = uniformsFor(x, address)
        const salt = tf.less(uniforms, exactly(rate / 2))
        return tf.add(tf.mul(x, tf.greaterEqual(uniforms, exactly(rate))), salt)
      }),
    ),
    config: { kind: 'saltAndPepperNoise', rate },
  }
}

/** A uniform number for each feature. */
function uniformsFor(x: tf.Tensor, address: RandomAddress): tf.Tensor {
  assertTensor('corrupt', 'x', x, 'float32')
  return randomUniform(x.shape, 'corruption', address)
}

/**
 * The number that float32 holds which is above the same uniform numbers as `rate`: those are odd multiples of 2^-24, so that a
 * multiple of 2^-23 will do. No backend then compares with a rate that it has rounded.
 */
function exactly(rate: number): number {
  return Math.ceil(rate * 2 ** 23 - 0.5) * 2 ** -23
}
