// The contractive autoencoder: its code changes little when the example does.
// Rifai, Vincent, Muller, Glorot and Bengio, Contractive auto-encoders, 2011, equation 7.
import { type Autoencoder, type RandomAddress, randomNormal, repeatable, type Trace, type Trainable } from '@ae/core'
import { nonNegativeNumber } from '@ae/core/internal'
import { reconstruction, sum, weighted } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { RawDecoder } from './assembly/assembly.ts'
import { type AutoencoderOptions, deterministic } from './assembly/deterministic.ts'
import { defineModel, type ModelFactory } from './define-model.ts'
import type { Activation } from './networks/activation.ts'
import type { PassOptions } from './networks/network.ts'

/** Options of {@link contractiveAutoencoder}. */
export interface ContractiveAutoencoderOptions extends AutoencoderOptions {
  /** The dense encoder's hidden widths; the decoder mirrors them. Defaults to none: one layer, as in the paper. */
  readonly hidden?: readonly number[] | undefined
  /**
   * The activation of the code. Defaults to `sigmoid`, which suits the one dense layer of the paper. With a convolutional
   * encoder take `relu` and a `weight` of about 0.01: with the defaults it stays at the mean image of MNIST.
   */
  readonly codeActivation?: Activation | undefined
  /** How much a contraction of 1 counts against the summed reconstruction, at least 0. Defaults to 1. */
  readonly weight?: number | undefined
}

/** A forward pass with the size of the encoder's Jacobian. */
export interface ContractiveTrace extends Trace {
  /** The squared Frobenius norm of d code / d input, `[batch]`; an unbiased estimate where the encoder is deep. */
  readonly contraction: tf.Tensor1D
}

/** An autoencoder whose code changes little with the example. */
export interface ContractiveAutoencoder
  extends Autoencoder,
    RawDecoder,
    Trainable<ContractiveTrace, 'reconstruction' | 'contraction'> {
  readonly kind: 'contractiveAutoencoder'
}

/**
 * A contractive autoencoder: reconstruction + weight * ||d code / d input||^2. With one dense layer (`linear`, `relu`,
 * `sigmoid` or `tanh`) the norm is exact. With more, or a convolutional encoder, it is the mean of ||J v||^2 over v from
 * N(0, I), drawn once per example and step, where J v is the central difference of the code over 2^-8 v to either side.
 * That is unbiased up to the difference's own error: of the order of 2^-16 where the encoder is smooth, and of 2^-8 for
 * the share of `relu` units that change sign in between. Batch normalisation enters with its running statistics.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises its layers
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = contractiveAutoencoder({ inputShape: [28, 28, 1], weight: 0.5, seed: 1 })
 * ```
 */
export const contractiveAutoencoder: ModelFactory<ContractiveAutoencoderOptions, ContractiveAutoencoder> =
  /* @__PURE__ */ defineModel('contractiveAutoencoder', (options) => {
    const { members, bottleneck, fromFeatures } = deterministic('contractiveAutoencoder', options, {
      checks: { weight: nonNegativeNumber },
      defaults: { hidden: [], codeActivation: 'sigmoid' },
    })
    const codeOf = (x: tf.Tensor, pass: PassOptions) => fromFeatures(x, pass, bottleneck.encode)
    const { weight = 1, codeActivation = 'sigmoid' } = options
    const slope = bottleneck.layers.length === 1 ? slopes[codeActivation] : undefined
    return {
      ...members,
      kind: 'contractiveAutoencoder',
      config: { ...members.config, weight },
      objective: sum(reconstruction(), weighted(weight, contraction)),
      trace: repeatable(
        (x, options = {}) => {
          const trace = members.trace(x, options)
          const size =
            slope === undefined
              ? estimatedSize(codeOf, x, options)
              : exactSize(members.variables['encoder.0.weight'] as tf.Tensor2D, slope(trace.code))
          return { ...trace, contraction: size }
        },
        [members.trace],
      ),
    }
  })

const contraction = { terms: { contraction: { value: ({ contraction }: ContractiveTrace) => contraction } } }

/** Derivatives of activations, from their output. */
const slopes: Partial<Record<Activation, (output: tf.Tensor2D) => tf.Tensor2D>> = {
  linear: (output) => tf.onesLike(output),
  relu: (output) => tf.step(output),
  sigmoid: (output) => tf.mul(output, tf.sub(1, output)),
  tanh: (output) => tf.sub(1, tf.square(output)),
}

/** sum over codes j of slope_j^2 * sum over inputs i of weight_ij^2, `[batch]`. */
function exactSize(weight: tf.Tensor2D, slope: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(tf.mul(tf.square(slope), tf.sum(tf.square(weight), 0)), 1)
}

/** ||J v||^2 for one v from N(0, I) per example, `[batch]`: its mean is the squared Frobenius norm (Hutchinson 1990). */
function estimatedSize(
  codeOf: (x: tf.Tensor, pass: PassOptions) => tf.Tensor2D,
  x: tf.Tensor,
  { seed, step, first }: RandomAddress,
): tf.Tensor1D {
  const reach = tf.mul(randomNormal(x.shape, 'contraction', { seed, step, first }), halfStep)
  const pass = { inputGradient: false, training: false }
  const difference = tf.sub(codeOf(tf.add(x, reach), pass), codeOf(tf.sub(x, reach), pass)) // [batch, codeSize]
  return tf.sum(tf.square(tf.mul(difference, 1 / (2 * halfStep))), 1)
}

/** Small against the curvature of the encoder, large against the rounding of float32. */
const halfStep = 2 ** -8
