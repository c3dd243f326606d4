// The objective that VAEs have by default. An app that only samples ships it too, so that it has no options.
import type { GaussianTrace, Objective } from '@ae/core'
import { klDivergence, reconstruction } from '@ae/losses'
import type { Tensor } from '@tensorflow/tfjs-core'

/** `negativeElbo()` without its options, their checks and their penalties. */
export function elbo(): Objective<GaussianTrace, 'reconstruction' | 'kl'> {
  const [likelihoodTerm, divergenceTerm] = [reconstruction(), klDivergence()]
  const terms = (trace: GaussianTrace, step: number) => ({
    ...likelihoodTerm(trace, step),
    kl: { value: divergenceTerm(trace, step).kl as Tensor, weight: 1 },
  })
  return Object.assign(terms, { weights: () => ({ reconstruction: 1, kl: 1 }) })
}
