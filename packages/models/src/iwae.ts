// A variational autoencoder trained on a tighter bound: several codes per example, weighted by importance.
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016; Tucker et al., Doubly Reparameterized Gradient
// Estimators for Monte Carlo Objectives, 2019.
import { type DiagonalGaussian, type RandomAddress, randomNormal, repeatable, type Trainable } from '@ae/core'
import { oneOf, positiveInteger } from '@ae/core/internal'
import { doublyReparameterize, type ImportanceWeightedTrace, importanceWeightedBound } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { Draw } from './assembly/diagonal-gaussian.ts'
import { type VaeOptions, type VariationalAutoencoder, variational } from './assembly/variational.ts'
import { defineModel, type ModelFactory } from './define-model.ts'

/** Options of {@link iwae}. */
export interface IwaeOptions extends VaeOptions {
  /** Codes drawn for each example in training, a positive integer; with 1 it is a VAE. Defaults to 5. */
  readonly samples?: number | undefined
  /**
   * How the encoder's gradient is estimated: as the derivative of the bound, or doubly reparameterised, which has less
   * noise the more samples there are. Defaults to `standard`.
   */
  readonly gradient?: 'standard' | 'doublyReparameterized' | undefined
}

/** An importance weighted autoencoder: a VAE that is trained on the importance weighted bound. */
export interface Iwae
  extends VariationalAutoencoder,
    Trainable<ImportanceWeightedTrace, 'bound' | 'reconstruction' | 'kl'> {
  readonly kind: 'iwae'
  /** p(x | z). */
  readonly likelihood: VariationalAutoencoder['likelihood']
}

/**
 * An importance weighted autoencoder. A training step encodes each example once and decodes `samples` codes of it; row
 * `example * samples + sample` of a trace's code, target and output is that example's. Once trained, it is used as a VAE.
 *
 * @returns a model that owns its variables, initialised as those of `vae` with the same seed
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = iwae({ inputShape: [28, 28, 1], latentSize: 20, samples: 5, seed: 1 })
 * for await (const { epoch, loss } of train(model, digits, { seed: 2 })) console.log(epoch, loss.bound)
 * ```
 */
export const iwae: ModelFactory<IwaeOptions, Iwae> = /* @__PURE__ */ defineModel('iwae', (options) => {
  const drawAll: Draw<Pick<ImportanceWeightedTrace, 'code' | 'logWeightOffset'>> = repeatable((posterior, address) => {
    const { samples, gradient } = ownOptions(options)
    const code = draw(posterior, samples, address)
    return gradient === 'standard' ? { code } : doublyReparameterize(code, samples)
  })
  const { members } = variational('iwae', options, { checks: ownChecks, draw: drawAll })
  const { samples, gradient } = ownOptions(options)
  return {
    ...members,
    kind: 'iwae',
    config: { ...members.config, samples, gradient },
    objective: importanceWeightedBound(),
    trace: repeatable(
      (x, options) => ({ ...members.trace(x, options), target: repeatRows(x, samples) }),
      [members.trace],
    ),
  }
})

function ownOptions({ samples = 5, gradient = 'standard' }: IwaeOptions) {
  return { samples, gradient } as const
}

/** `samples` draws from each posterior, `[batch * samples, latentSize]`, example by example. */
function draw({ mean, logVariance }: DiagonalGaussian, samples: number, address: RandomAddress): tf.Tensor2D {
  const [batch, latentSize] = mean.shape
  const noise = randomNormal([batch, samples, latentSize], 'posterior', address)
  const deviation = tf.exp(tf.mul(tf.expandDims(logVariance, 1), 0.5)) // [batch, 1, latentSize]
  return tf.reshape(tf.add(tf.expandDims(mean, 1), tf.mul(deviation, noise)), [-1, latentSize])
}

/** Each row `count` times, one after the other. */
function repeatRows(x: tf.Tensor, count: number): tf.Tensor {
  const [batch, ...shape] = x.shape as [number, ...number[]]
  return tf.reshape(tf.tile(tf.reshape<tf.Rank.R3>(x, [batch, 1, -1]), [1, count, 1]), [batch * count, ...shape])
}

const ownChecks = { samples: positiveInteger, gradient: /* @__PURE__ */ oneOf('standard', 'doublyReparameterized') }
