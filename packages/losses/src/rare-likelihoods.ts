// The likelihoods that `likelihoodFromConfig` restores only after `prepareLikelihood`: a script of its own for bundlers.
import { categorical } from './categorical.ts'
import { continuousBernoulli } from './continuous-bernoulli.ts'
import { discretizedLogistic } from './discretized-logistic.ts'
import { laplace } from './laplace.ts'
import { mixed } from './mixed.ts'

/** By kind: from the options in a file. */
export const rareLikelihoods = {
  categorical,
  continuousBernoulli: () => continuousBernoulli,
  discretizedLogistic,
  laplace,
  mixed,
}
