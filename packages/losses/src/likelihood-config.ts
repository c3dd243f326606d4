// Likelihoods by name: restores the likelihood of a saved model.
import { type Json, type Likelihood, OptionError } from '@ae/core'
import { makeFromConfig } from '@ae/core/internal'
import { bernoulli } from './bernoulli.ts'
import { categorical } from './categorical.ts'
import { continuousBernoulli } from './continuous-bernoulli.ts'
import { discretizedLogistic } from './discretized-logistic.ts'
import { gaussian } from './gaussian.ts'
import { laplace } from './laplace.ts'
import { squaredError } from './squared-error.ts'

/**
 * The likelihood that a `config` describes, e.g. `{ kind: 'gaussian', standardDeviation: 0.5 }`.
 *
 * @throws {OptionError} on an unknown kind or a bad option, and when the code of `mixed` was not loaded by
 *   {@link prepareLikelihood}
 */
export function likelihoodFromConfig(config: Json | undefined): Likelihood {
  return makeFromConfig('likelihoodFromConfig', 'likelihood', config, likelihoods)
}

/**
 * Loads the code of `mixed`, which apps without tables do not ship, if `config` describes one. `load` does this.
 *
 * @param config as {@link likelihoodFromConfig} takes it
 */
export async function prepareLikelihood(config: Json | undefined): Promise<void> {
  if ((config as { kind?: Json } | null | undefined)?.kind !== 'mixed') return
  likelihoods.mixed = (await import('./mixed.ts')).mixed
}

/** By kind. Each checks the options itself. */
const likelihoods: Record<string, (options: never) => Likelihood> = {
  bernoulli: () => bernoulli,
  categorical,
  continuousBernoulli: () => continuousBernoulli,
  discretizedLogistic,
  gaussian,
  laplace,
  mixed: () => {
    throw new OptionError('`likelihoodFromConfig` has not loaded `mixed`.', {
      fix: 'await prepareLikelihood(config) first; load(store, ...) does so',
    })
  },
  squaredError,
}
