// The KL term of the ELBO decomposed, and the objective that weights its total correlation.
// Chen, Li, Grosse and Duvenaud, Isolating Sources of Disentanglement in Variational Autoencoders, 2018.
import type { GaussianTrace, ObjectiveData, TermContext } from '@ae/core'
import { assertOptions, nonNegativeNumber, positiveInteger } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { assertCalled } from './assert-called.ts'
import { assertTrace } from './assert-trace.ts'
import { assertSameShape } from './features.ts'
import { gaussianLogDensity } from './gaussian-density.ts'
import { logSumExp } from './log-sum-exp.ts'
import { reconstruction } from './objectives.ts'

/** Options of {@link betaTotalCorrelation}. */
export interface BetaTotalCorrelationOptions {
  /** The number of examples in the training data, a positive integer. */
  readonly exampleCount: number
  /** The weight of the mutual information of example and code, at least 0. Defaults to 1. */
  readonly alpha?: number | undefined
  /** The weight of the total correlation of the latents, at least 0. Defaults to 6. */
  readonly beta?: number | undefined
  /** The weight of each latent's own divergence from the prior, at least 0. Defaults to 1. */
  readonly gamma?: number | undefined
}

/** The terms of {@link betaTotalCorrelation}; with all weights 1 their sum is an estimate of the negative ELBO. */
export type TotalCorrelationTerm = 'reconstruction' | 'mutualInformation' | 'totalCorrelation' | 'dimensionWiseKl'

/**
 * The objective of the beta-TCVAE: reconstruction + alpha mutualInformation + beta totalCorrelation + gamma
 * dimensionWiseKl, where the last three add up to log q(z | x) - log p(z). The density q(z) of codes over the whole
 * training data is estimated from the batch by minibatch-weighted sampling, log q(z) = log(sum over the batch's x of
 * q(z | x)) - log(exampleCount batch): biased, so that individual terms may be below zero, but low in variance. The bias
 * depends on the batch size: compare figures at the same one. With a batch of one, mutualInformation and totalCorrelation are
 * constants, log(exampleCount) and (latents - 1) log(exampleCount), and their weights do nothing.
 *
 * @returns an objective whose terms are `[batch]`, nats
 * @throws {OptionError} on a missing, unknown or bad option
 * @see Chen et al., 2018, equations 2 to 5
 */
export function betaTotalCorrelation(
  options: BetaTotalCorrelationOptions,
): ObjectiveData<GaussianTrace, TotalCorrelationTerm> {
  const weights = { alpha: nonNegativeNumber, beta: nonNegativeNumber, gamma: nonNegativeNumber }
  assertCalled('betaTotalCorrelation', options)
  assertOptions('betaTotalCorrelation', options, { exampleCount: positiveInteger, ...weights }, ['exampleCount'])
  const { exampleCount, alpha = 1, beta = 6, gamma = 1 } = options
  const settings = { exampleCount }
  const densities = (trace: GaussianTrace) => {
    assertTrace('betaTotalCorrelation', trace, { posterior: 'object' })
    const { code, posterior } = trace
    assertSameShape('betaTotalCorrelation', 'code', code, 'posterior.mean', posterior.mean)
    assertSameShape('betaTotalCorrelation', 'code', code, 'posterior.logVariance', posterior.logVariance)
    const { mean, logVariance } = posterior
    const own = tf.sum<tf.Tensor1D>(gaussianLogDensity(code, mean, logVariance), 1) // log q(z | x)
    const prior = tf.sum<tf.Tensor1D>(gaussianLogDensity(code, 0, 0), 1) // log p(z)
    return { own, prior, ...aggregateLogDensities(code, mean, logVariance, exampleCount) }
  }
  const difference = (above: 'own' | 'joint' | 'product', below: 'joint' | 'product' | 'prior', weight: number) => ({
    value: (_: GaussianTrace, { once }: TermContext<GaussianTrace>) =>
      tf.sub(once(densities)[above], once(densities)[below]),
    weight,
    settings,
  })
  return {
    terms: {
      ...reconstruction().terms,
      mutualInformation: difference('own', 'joint', alpha),
      totalCorrelation: difference('joint', 'product', beta),
      dimensionWiseKl: difference('product', 'prior', gamma),
    },
  }
}

/** log q(z) and the sum over latents of log q(z of that latent), each `[batch]`. */
function aggregateLogDensities(code: tf.Tensor2D, mean: tf.Tensor2D, logVariance: tf.Tensor2D, exampleCount: number) {
  const [batch, latentSize] = code.shape
  const posteriors = (x: tf.Tensor2D) => tf.expandDims(tf.transpose(x), 0) // [1, latentSize, batch]
  const densities = gaussianLogDensity<tf.Rank.R3>(
    // [code, latentSize, posterior]: what is summed over comes last
    tf.expandDims(code, 2),
    posteriors(mean),
    posteriors(logVariance),
  )
  const draws = Math.log(exampleCount * batch)
  return {
    joint: tf.sub<tf.Tensor1D>(logSumExp(tf.sum(densities, 1)), draws),
    product: tf.sub<tf.Tensor1D>(tf.sum(logSumExp(densities), 1), latentSize * draws),
  }
}
