// The log density of a diagonal Gaussian, one latent at a time: estimates by sampling consist of these.
import { ShapeError } from '@ae/core'
import { assertTensor } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'

/**
 * log N(z; mean, exp(logVariance)) = -1/2 (log(2 pi) + logVariance + (z - mean)^2 / exp(logVariance)), elementwise; its
 * sum over latents is the log density of the vector. The three broadcast: z of `[batch, 1, latentSize]` against
 * posteriors of `[1, batch, latentSize]` gives the density of each sample under each posterior. Differentiable in all three, any number
 * of times.
 *
 * @param z a point, e.g. `[batch, latentSize]`, borrowed
 * @param mean borrowed; a number if it is the same for all, e.g. 0 for the prior
 * @param logVariance log of the variance, borrowed; a number if it is the same for all, e.g. 0 for the prior
 * @returns the shape that the three broadcast to, nats; owned by the caller
 * @throws {ShapeError} when the shapes do not broadcast
 */
export function gaussianLogDensity<rank extends tf.Rank = tf.Rank.R2>(
  z: tf.Tensor,
  mean: tf.Tensor | number,
  logVariance: tf.Tensor | number,
): tf.Tensor<rank> {
  assertTensor('gaussianLogDensity', 'z', z, 'float32')
  if (typeof mean !== 'number') assertTensor('gaussianLogDensity', 'mean', mean, 'float32')
  if (typeof logVariance !== 'number') assertTensor('gaussianLogDensity', 'logVariance', logVariance, 'float32')
  assertBroadcast({ z, mean, logVariance })
  return tf.tidy(() => {
    const squares = tf.mul(tf.square(tf.sub(z, mean)), tf.exp(tf.neg(logVariance)))
    return tf.mul(tf.add(squares, tf.add(logVariance, Math.log(2 * Math.PI))), -0.5)
  })
}

function assertBroadcast(tensors: Readonly<Record<string, tf.Tensor | number>>): void {
  const shapes = Object.entries(tensors).map(([name, x]) => ({ name, shape: typeof x === 'number' ? [] : x.shape }))
  const rank = Math.max(...shapes.map(({ shape }) => shape.length))
  for (let fromTheEnd = 1; fromTheEnd <= rank; fromTheEnd++) {
    const lengths = new Set(shapes.map(({ shape }) => shape.at(-fromTheEnd) ?? 1))
    lengths.delete(1)
    if (lengths.size <= 1) continue
    throw new ShapeError('`gaussianLogDensity` received shapes that do not broadcast.', {
      facts: {
        Expected: 'z, mean and logVariance whose axes, from the last, are of one length or 1',
        Received: shapes.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', '),
      },
      fix: 'give all three [batch, latentSize], or insert axes of length 1 where one is repeated, e.g. tf.expandDims(z, 1)',
    })
  }
}
