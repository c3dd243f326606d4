// A variational autoencoder that keeps its latents independent, by the weight of their total correlation.
// Chen, Li, Grosse and Duvenaud, Isolating Sources of Disentanglement in Variational Autoencoders, 2018.
import type { GaussianTrace, Trainable } from '@ae/core'
import { nonNegativeNumber, positiveInteger } from '@ae/core/internal'
import { type BetaTotalCorrelationOptions, betaTotalCorrelation, type TotalCorrelationTerm } from '@ae/losses'
import { type VaeOptions, type VariationalAutoencoder, variational } from './assembly/variational.ts'
import { defineModel, type ModelFactory } from './define-model.ts'

/** Options of {@link betaTcVae}. */
export interface BetaTcVaeOptions extends VaeOptions, BetaTotalCorrelationOptions {}

/** A VAE whose objective weighs mutual information, total correlation and dimension-wise KL apart. */
export interface BetaTcVae extends VariationalAutoencoder, Trainable<GaussianTrace, TotalCorrelationTerm> {
  readonly kind: 'betaTcVae'
  /** p(x | z). */
  readonly likelihood: VariationalAutoencoder['likelihood']
}

/**
 * A beta-TCVAE: the VAE's networks, trained with {@link betaTotalCorrelation}. The batch size matters more than
 * elsewhere: codes are compared with every posterior of their batch.
 *
 * @returns a model that owns its variables, initialised as those of `vae` with the same seed
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = betaTcVae({ inputShape: digits.shape, latentSize: 10, exampleCount: digits.size, beta: 6 })
 * ```
 */
export const betaTcVae: ModelFactory<BetaTcVaeOptions, BetaTcVae> = /* @__PURE__ */ defineModel(
  'betaTcVae',
  (options) => {
    const { members } = variational('betaTcVae', options, { checks: ownChecks, required: ['exampleCount'] })
    const { exampleCount, alpha = 1, beta = 6, gamma = 1 } = options
    const weights = { exampleCount, alpha, beta, gamma }
    return {
      ...members,
      kind: 'betaTcVae',
      config: { ...members.config, ...weights },
      objective: betaTotalCorrelation(weights),
    }
  },
)

const ownChecks = {
  exampleCount: positiveInteger,
  alpha: nonNegativeNumber,
  beta: nonNegativeNumber,
  gamma: nonNegativeNumber,
}
