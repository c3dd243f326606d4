// A variational autoencoder trained on a tighter bound: several codes an example, weighted by importance.
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016; Tucker et al., Doubly Reparameterized Gradient
// Estimators for Monte Carlo Objectives, 2019.
import { randomNormal, repeatable, type Trainable } from '@ae/core'
import { addressOption, assertOption, oneOf, positiveInteger } from '@ae/core/internal'
import { doublyReparameterize, type ImportanceWeightedTrace, importanceWeightedBound } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { defineModel, type ModelFactory } from './define-model.ts'
import { type VaeOptions, type VariationalAutoencoder, vaeParts } from './vae-parts.ts'

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
  const { members, inferIn, generateIn, check } = vaeParts('iwae', options, { checks: ownChecks })
  const { samples = 5, gradient = 'standard' } = options
  return {
    ...members,
    kind: 'iwae',
    config: { ...members.config, samples, gradient },
    objective: importanceWeightedBound(),
    trace: repeatable(
      (x, options = {}) => {
        check('trace', x)
        assertOption('trace', 'options', options, addressOption)
        const { training = false, ...address } = options
        const posterior = inferIn(x, { inputGradient: false, training })
        const drawn = draw(posterior.mean, posterior.logVariance, samples, address)
        const seam = gradient === 'standard' ? { code: drawn } : doublyReparameterize(drawn, samples)
        const output = generateIn(seam.code, { inputGradient: true, training })
        return { input: x, target: repeatRows(x, samples), output, likelihood: members.likelihood, posterior, ...seam }
      },
      [members.trace],
    ),
  }
})

/** `samples` draws from each posterior, `[batch * samples, latentSize]`, example by example. */
function draw(
  mean: tf.Tensor2D,
  logVariance: tf.Tensor2D,
  samples: number,
  address: Parameters<typeof randomNormal>[2],
): tf.Tensor2D {
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
