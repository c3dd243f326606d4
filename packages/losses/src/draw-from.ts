// Draws from likelihoods, and the noise that they are made of.
import { type Likelihood, OptionError, type RandomAddress, randomNormal, randomUniform, type Shape } from '@ae/core'
import { show } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { log, neg, op } from './kernels.ts'

/**
 * Draws x from p(x | output), where `likelihood.mean(output)` is its mean. The same seed gives the same draws on every
 * backend, up to the rounding of `output`.
 *
 * @param likelihood what the output means
 * @param output a decoder's raw output, e.g. `model.output(latents)`, borrowed
 * @param address where the randomness comes from: the draws take its stream `likelihood`. Defaults to seed 0
 * @returns `[batch, ...shape]`, owned by the caller
 * @throws {OptionError} when the likelihood has no `draw`, as one of your own may
 * @example
 * ```ts
 * const images = drawFrom(model.likelihood, model.output(latents), { seed: 3 })
 * images.dispose()
 * ```
 */
export function drawFrom(likelihood: Likelihood, output: tf.Tensor, address: RandomAddress = {}): tf.Tensor {
  if (typeof likelihood?.draw === 'function') return likelihood.draw(output, address)
  throw new OptionError('`drawFrom` received a likelihood that cannot draw.', {
    facts: { Expected: 'a likelihood with the method `draw`', Received: show(likelihood?.kind) },
    fix: 'give it a method draw(output, address), or leave out `draw: true` to get means',
  })
}

/** Uniform numbers in (0, 1), at least 2^-24 from both ends. */
export function uniformNoise(shape: Shape, address: RandomAddress): tf.Tensor {
  return randomUniform(shape, 'likelihood', address)
}

/** Standard normal numbers. */
export function normalNoise(shape: Shape, address: RandomAddress): tf.Tensor {
  return randomNormal(shape, 'likelihood', address)
}

/** Numbers of a Laplace distribution of location 0 and scale 1: -sign(v) log(1 - 2 |v|) for v = u - 1/2. */
export function laplaceNoise(shape: Shape, address: RandomAddress): tf.Tensor {
  const v = tf.sub(uniformNoise(shape, address), 0.5)
  return neg(tf.mul(op(tf.Sign, v), log(tf.sub(1, tf.mul(tf.abs(v), 2)))))
}

/** Numbers of a Gumbel distribution, whose addition to logits makes the largest a draw: -log(-log(u)). */
export function gumbelNoise(shape: Shape, address: RandomAddress): tf.Tensor {
  return neg(log(neg(log(uniformNoise(shape, address)))))
}

/** 1 with probability `rate`, else 0. `randomBits` of `@ae/core` gives the same, but every app that loads a model would ship it. */
export function drawBits(rate: tf.Tensor, address: RandomAddress): tf.Tensor {
  return op(tf.Relu, op(tf.Sign, tf.sub(rate, uniformNoise(rate.shape, address))))
}
