// A forward pass of a small VAE, made by hand: one example of three features, two latents.
import type { GaussianTrace } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { bernoulli } from '../bernoulli.ts'

/** A trace whose tensors the caller owns. */
export function gaussianTrace(): GaussianTrace {
  const target = tf.tensor2d([[0, 1, 0.5]])
  const posterior = { mean: tf.tensor2d([[0.5, -1]]), logVariance: tf.tensor2d([[0.1, -0.3]]) }
  return {
    input: target,
    target,
    code: posterior.mean,
    output: tf.tensor2d([[1, 2, 3]]),
    likelihood: bernoulli,
    posterior,
  }
}
