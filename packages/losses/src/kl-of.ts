// The KL term of a forward pass, for any prior.
import type { GaussianTrace } from '@ae/core'
import type { Tensor1D } from '@tensorflow/tfjs-core'
import { gaussianKl } from './gaussian-kl.ts'

/** KL(q(z | x) || p(z)), `[batch]`, nats; p(z) is N(0, I) unless the trace has a different prior. */
export function klOf({ posterior, prior }: GaussianTrace): Tensor1D {
  return prior === undefined ? gaussianKl(posterior.mean, posterior.logVariance) : prior.kl(posterior)
}
