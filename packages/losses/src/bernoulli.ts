// The Bernoulli likelihood: binary cross-entropy from logits, in nats, with its own gradient.
import { type Likelihood, runFused, withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { drawBits } from './draw-from.ts'
import { assertOutput } from './elementwise.ts'
import { assertSameShape, flattenFeatures } from './features.ts'
import { column, exp, neg, op, sigmoid } from './kernels.ts'

/**
 * p(x | logits) = product over features of sigmoid(logits)^x (1 - sigmoid(logits))^(1 - x).
 *
 * On binary data its negative log-likelihood is a true one, in nats. On grey values in [0, 1] it is the binary
 * cross-entropy of the VAE literature: a well-behaved loss in the same unit, but not that of a normalised density.
 *
 * @see Kingma and Welling, Auto-Encoding Variational Bayes, 2014, appendix C.1
 */
export const bernoulli: Likelihood = {
  kind: 'bernoulli',
  support: { minimum: 0, maximum: 1 },
  negativeLogLikelihood: bernoulliNegativeLogLikelihood,
  mean(output) {
    assertOutput('bernoulli', 1, output)
    return sigmoid(output)
  },
  draw(output, address) {
    assertOutput('bernoulli', 1, output)
    return tf.tidy(() => drawBits(sigmoid(output), address))
  },
  config: { kind: 'bernoulli' },
}

/**
 * Sum over features of softplus(l) - l x, computed as max(l, 0) - l x + log(1 + exp(-|l|)): no logit overflows.
 *
 * @param logits `[batch, ...shape]`, any finite values, borrowed
 * @param target the same shape, values in [0, 1], borrowed; counts as a constant, no gradient flows into it
 * @returns `[batch]`, nats; owned by the caller
 * @throws {ShapeError} when the shapes differ
 */
export function bernoulliNegativeLogLikelihood(logits: tf.Tensor, target: tf.Tensor): tf.Tensor1D {
  assertSameShape('bernoulliNegativeLogLikelihood', 'logits', logits, 'target', target)
  return tf.tidy(() => crossEntropy(flattenFeatures(logits), flattenFeatures(target)))
}

function crossEntropy(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D {
  return withGradient([logits], () => ({
    value: runFused('AeBernoulli', { logits, target }, {}, () => {
      const tail = op(tf.Log1p, exp(neg(tf.abs(logits))))
      return tf.sum(tf.add(tf.sub(op(tf.Relu, logits), tf.mul(logits, target)), tail), 1) // [batch, features] -> [batch]
    }),
    saved: [logits, target],
    gradient: (dy, [l, x]) => [crossEntropyGradient(l as tf.Tensor2D, x as tf.Tensor2D, dy)],
  }))
}

function crossEntropyGradient(logits: tf.Tensor2D, target: tf.Tensor2D, dy: tf.Tensor1D): tf.Tensor2D {
  return runFused('AeBernoulliGradient', { logits, target, dy }, {}, () =>
    tf.mul(tf.sub(sigmoid(logits), target), column(dy)),
  )
}
