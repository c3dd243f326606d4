// Likelihoods by name: restores the likelihood of a saved model.
import type { Json, Likelihood } from '@ae/core'
import { makeFromConfig } from '@ae/core/internal'
import { bernoulli } from './bernoulli.ts'
import { categorical } from './categorical.ts'
import { continuousBernoulli } from './continuous-bernoulli.ts'
import { discretizedLogistic } from './discretized-logistic.ts'
import { gaussian } from './gaussian.ts'
import { laplace } from './laplace.ts'
import { mixed } from './mixed.ts'
import { squaredError } from './squared-error.ts'

/**
 * The likelihood that a `config` describes, e.g. `{ kind: 'gaussian', standardDeviation: 0.5 }`.
 *
 * @throws {OptionError} on an unknown kind or a bad option
 */
export function likelihoodFromConfig(config: Json | undefined): Likelihood {
  return makeFromConfig('likelihoodFromConfig', 'likelihood', config, likelihoods)
}

/** By kind. Each checks the options itself. */
const likelihoods: Readonly<Record<string, (options: never) => Likelihood>> = {
  bernoulli: () => bernoulli,
  categorical,
  continuousBernoulli: () => continuousBernoulli,
  discretizedLogistic,
  gaussian,
  laplace,
  mixed,
  squaredError,
}
