// Likelihoods by name: restores the likelihood of a saved model.
import { type Json, type Likelihood, OptionError } from '@ae/core'
import { makeFromConfig } from '@ae/core/internal'
import { bernoulli } from './bernoulli.ts'
import { gaussian } from './gaussian.ts'
import { squaredError } from './squared-error.ts'

/**
 * The likelihood that a `config` describes, e.g. `{ kind: 'gaussian', standardDeviation: 0.5 }`.
 *
 * @throws {OptionError} on an unknown kind or a bad option, and for other kinds than `bernoulli`, `gaussian` and `squaredError` when
 *   their code was not loaded by {@link prepareLikelihood}
 */
export function likelihoodFromConfig(config: Json | undefined): Likelihood {
  return makeFromConfig('likelihoodFromConfig', 'likelihood', config, likelihoods)
}

/**
 * Loads the code of the likelihoods that few models have, if `config` describes one of them. `load` does this, so that apps ship
 * only what their models need.
 *
 * @param config as {@link likelihoodFromConfig} takes it
 */
export async function prepareLikelihood(config: Json | undefined): Promise<void> {
  const kind = String((config as { kind?: Json } | null | undefined)?.kind)
  if (Object.hasOwn(likelihoods, kind) && likelihoods[kind] === notLoaded) {
    Object.assign(likelihoods, (await import('./rare-likelihoods.ts')).rareLikelihoods)
  }
}

/** What stands for a likelihood whose code is not loaded. */
const notLoaded = (): never => {
  throw new OptionError('`likelihoodFromConfig` has not loaded the code of this likelihood.', {
    fix: 'await prepareLikelihood(config) first; load(store, ...) does so',
  })
}

/** By kind. Each checks the options itself. */
const likelihoods: Record<string, (options: never) => Likelihood> = {
  bernoulli: () => bernoulli,
  categorical: notLoaded,
  continuousBernoulli: notLoaded,
  discretizedLogistic: notLoaded,
  gaussian,
  laplace: notLoaded,
  mixed: notLoaded,
  squaredError,
}
