// The two pieces of a Gaussian posterior: its divergence from the prior N(0, I), and drawing from it.
import { runFused, withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { assertSameShape } from './features.ts'
import { clone, column, exp } from './kernels.ts'

/**
 * KL(N(mean, exp(logVariance)) || N(0, I)) = 1/2 sum over latents of exp(logVariance) + mean^2 - 1 - logVariance.
 *
 * @param mean `[batch, latentSize]`, borrowed
 * @param logVariance log of the variance, the same shape, borrowed
 * @returns `[batch]`, nats, zero where the posterior is the prior; owned by the caller
 * @throws {ShapeError} when the shapes differ
 * @see Kingma and Welling, Auto-Encoding Variational Bayes, 2014, appendix B
 */
export function gaussianKl(mean: tf.Tensor2D, logVariance: tf.Tensor2D): tf.Tensor1D {
  assertSameShape('gaussianKl', 'mean', mean, 'logVariance', logVariance)
  return withGradient([mean, logVariance], () => ({
    value: runFused(
      'AeGaussianKl',
      { mean, logVariance },
      {},
      () => tf.mul(tf.sum<tf.Tensor1D>(divergence(mean, logVariance), 1), 0.5), // [batch, latentSize] -> [batch]
    ),
    saved: [mean, logVariance],
    gradient: (dy, [m, v]) => gaussianKlGradient(m as tf.Tensor2D, v as tf.Tensor2D, dy),
  }))
}

/**
 * The divergence of {@link gaussianKl}, one latent at a time: 1/2 (exp(logVariance) + mean^2 - 1 - logVariance).
 *
 * @param mean `[batch, latentSize]`, borrowed
 * @param logVariance log of the variance, the same shape, borrowed
 * @returns `[batch, latentSize]`, nats; its sum over latents is `gaussianKl`; owned by the caller
 * @throws {ShapeError} when the shapes differ
 */
export function gaussianKlPerLatent(mean: tf.Tensor2D, logVariance: tf.Tensor2D): tf.Tensor2D {
  assertSameShape('gaussianKlPerLatent', 'mean', mean, 'logVariance', logVariance)
  return withGradient([mean, logVariance], () => ({
    value: tf.mul<tf.Tensor2D>(divergence(mean, logVariance), 0.5),
    saved: [mean, logVariance],
    gradient: (dy, [m, v]) => [tf.mul(dy, m as tf.Tensor2D), tf.mul(dy, tf.mul(tf.sub(exp(v as tf.Tensor2D), 1), 0.5))],
  }))
}

/**
 * A sample of N(mean, exp(logVariance)) as a differentiable function of both: mean + exp(logVariance / 2) noise.
 *
 * @param mean `[batch, latentSize]`, borrowed
 * @param logVariance log of the variance, the same shape, borrowed
 * @param noise a draw of N(0, I), the same shape, borrowed; counts as a constant
 * @returns `[batch, latentSize]`, owned by the caller
 * @throws {ShapeError} when the shapes differ
 * @see Kingma and Welling, Auto-Encoding Variational Bayes, 2014, section 2.4
 */
export function reparameterize(mean: tf.Tensor2D, logVariance: tf.Tensor2D, noise: tf.Tensor2D): tf.Tensor2D {
  assertSameShape('reparameterize', 'mean', mean, 'logVariance', logVariance)
  assertSameShape('reparameterize', 'mean', mean, 'noise', noise)
  return withGradient([mean, logVariance], () => ({
    value: runFused('AeReparameterize', { mean, logVariance, noise }, {}, () =>
      tf.add(mean, tf.mul(exp(tf.mul(logVariance, 0.5)), noise)),
    ),
    saved: [logVariance, noise],
    gradient: (dy, [v, e]) => [clone(dy), logVarianceGradient(v as tf.Tensor2D, e as tf.Tensor2D, dy)],
  }))
}

/** Twice the divergence of each latent. */
function divergence(mean: tf.Tensor2D, logVariance: tf.Tensor2D): tf.Tensor2D {
  return tf.sub(tf.add(exp(logVariance), tf.square(mean)), tf.add(logVariance, 1))
}

type Pair = [mean: tf.Tensor2D, logVariance: tf.Tensor2D]

function gaussianKlGradient(mean: tf.Tensor2D, logVariance: tf.Tensor2D, dy: tf.Tensor1D): Pair {
  return runFused('AeGaussianKlGradient', { mean, logVariance, dy }, {}, (): Pair => {
    const each = column(dy) // [batch] -> [batch, 1]
    return [tf.mul(mean, each), tf.mul(tf.mul(tf.sub(exp(logVariance), 1), 0.5), each)]
  })
}

function logVarianceGradient(logVariance: tf.Tensor2D, noise: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor2D {
  return runFused('AeReparameterizeGradient', { logVariance, noise, dy }, {}, () =>
    tf.mul(dy, tf.mul(noise, tf.mul(exp(tf.mul(logVariance, 0.5)), 0.5))),
  )
}
