// The objective that VAEs have by default. An app that only samples ships it too, so that it has no options.
import type { GaussianTrace, ObjectiveData } from '@ae/core'
import { klDivergence, reconstruction } from '@ae/losses'

/** `negativeElbo()` without its options, their checks and their penalties. */
export function elbo(): ObjectiveData<GaussianTrace, 'reconstruction' | 'kl'> {
  return { terms: { ...reconstruction().terms, ...klDivergence().terms } }
}
