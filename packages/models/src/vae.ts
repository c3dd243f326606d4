// The variational autoencoder with a diagonal Gaussian posterior and the prior N(0, I).
// Kingma and Welling, Auto-Encoding Variational Bayes, 2014; widths as the tutorial (784-400-20).
import type { GaussianTrace, Trainable } from '@ae/core'
import { type VaeOptions, type VariationalAutoencoder, variational } from './assembly/variational.ts'
import { defineModel, type ModelFactory } from './define-model.ts'
import { elbo } from './elbo.ts'

/** A variational autoencoder; its codes are latents, random, with a Gaussian posterior. */
export interface Vae extends VariationalAutoencoder, Trainable<GaussianTrace, 'reconstruction' | 'kl'> {
  readonly kind: 'vae'
  /** p(x | z). */
  readonly likelihood: VariationalAutoencoder['likelihood']
}

/**
 * A variational autoencoder, by default of dense layers, trained on the negative evidence lower bound. Give `train` an
 * objective such as `negativeElbo({ beta })` for a beta-VAE, annealing, free bits or a capacity.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises its layers
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = vae({ inputShape: [28, 28, 1], latentSize: 20, seed: 1 })
 * const images = model.sample(64, { seed: 3 }) // [64, 28, 28, 1]
 * images.dispose()
 * ```
 */
export const vae: ModelFactory<VaeOptions, Vae> = /* @__PURE__ */ defineModel('vae', (options) => ({
  ...variational('vae', options).members,
  kind: 'vae',
  objective: elbo(),
}))
