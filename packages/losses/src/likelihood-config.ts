// Likelihoods by name: what restores the one of a saved model.
import { type Json, type Likelihood, OptionError, show, suggest } from '@ae/core'
import { bernoulli } from './bernoulli.ts'
import { gaussian } from './gaussian.ts'
import { squaredError } from './squared-error.ts'

/**
 * The likelihood that a `config` describes, e.g. `{ kind: 'gaussian', standardDeviation: 0.5 }`.
 *
 * @throws {OptionError} on an unknown kind or a bad option
 */
export function likelihoodFromConfig(config: Json | undefined): Likelihood {
  const { kind, ...options } = (typeof config === 'object' && config !== null ? config : {}) as Record<string, Json>
  if (kind === 'bernoulli') return bernoulli
  if (kind === 'gaussian') return gaussian(options)
  if (kind === 'squaredError') return squaredError(options)
  const kinds = ['bernoulli', 'gaussian', 'squaredError']
  throw new OptionError('`likelihoodFromConfig` received an unknown likelihood.', {
    facts: { Expected: kinds.join(', '), Received: show(kind) },
    fix: suggest(String(kind), kinds),
  })
}
