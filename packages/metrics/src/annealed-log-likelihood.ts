// log p(x) of a variational autoencoder by annealed importance sampling, which needs no encoder.
// Neal, Annealed importance sampling, 2001; Wu, Burda, Salakhutdinov and Grosse, On the Quantitative Analysis of Decoder-Based
// Generative Models, 2017.
import { type Dataset, exampleBatchesOf, randomNormal } from '@ae/core'
import {
  assertExamples,
  assertModel,
  assertOption,
  assertOptions,
  likelihoodOption,
  positiveInteger,
  positiveNumber,
  seedOption,
} from '@ae/core/internal'
import { drawFrom } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { type AnnealedModel, anneal } from './anneal.ts'
import { estimateOf, type MeanEstimate } from './estimate.ts'
import type { LogLikelihood } from './log-likelihood.ts'
import { type LongMeasureOptions, longMeasureChecks } from './long-measure.ts'
import { repeatRows } from './repeat-rows.ts'

/** Options of {@link annealedLogLikelihood}. */
export interface AnnealedOptions extends LongMeasureOptions {
  /** Chains per example, a positive integer. Defaults to 8; Wu et al. take 16. */
  readonly chains?: number | undefined
  /**
   * Distributions between prior and posterior, a positive integer: more make the estimate better than more chains do. Defaults to
   * 300; Wu et al. take 10,000.
   */
  readonly temperatures?: number | undefined
  /** Gradients of the decoder per transition, a positive integer. Defaults to 10. */
  readonly leapfrogSteps?: number | undefined
  /** The length of the first leapfrog steps, above 0; it then adapts. Defaults to 0.1. */
  readonly stepSize?: number | undefined
  /** Examples per batch, a positive integer: `batchSize * chains` outputs exist together. Defaults to 50. */
  readonly batchSize?: number | undefined
  /** Seeds the chains. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * An estimate of log p(x), nats, by annealed importance sampling: chains go from the prior to p(z | x) along
 * p(z) p(x | z)^beta, with one Hamiltonian transition at each beta from 0 to 1. It uses the decoder alone, so that a bad encoder does
 * not lower it as it lowers `importanceSampledLogLikelihood`. In expectation it is a lower bound too, which more temperatures and
 * chains raise.
 *
 * The leapfrog steps adapt to each example: a first chain finds, at each temperature, the length at which 0.65 of the
 * proposals are accepted; the chains that count then use these lengths unchanged, and so stay exact.
 *
 * The cost is (chains + 1) * temperatures * leapfrogSteps gradients of the decoder for each example: 27,000 by default, so that a
 * hundred examples are enough to wait for.
 *
 * @param model a variational autoencoder, or another decoder of latents with the prior N(0, I); borrowed
 * @param data borrowed; one pass in stored order
 * @param options see {@link AnnealedOptions}
 * @returns nats, higher is better; the same for the same options
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 * @see "On the Quantitative Analysis of Decoder-Based Generative Models", Wu, Burda, Salakhutdinov and Grosse, 2017, section 3
 * @example
 * ```ts
 * const { value } = await annealedLogLikelihood(model, binarize(digits.take(100)), { temperatures: 1000 })
 * ```
 */
export async function annealedLogLikelihood(
  model: AnnealedModel,
  data: Dataset,
  options: AnnealedOptions = {},
): Promise<LogLikelihood> {
  assertOptions('annealedLogLikelihood', options, optionChecks)
  assertAnnealed('annealedLogLikelihood', model)
  assertExamples('annealedLogLikelihood', data)
  const values = new Float32Array(data.size)
  let done = 0
  for await (const examples of exampleBatchesOf('annealedLogLikelihood', data, {
    batchSize: options.batchSize ?? 50,
  })) {
    try {
      for (const value of (await boundsOf(model, examples, done, options)).lower) values[done++] = value
    } finally {
      examples.dispose()
    }
    options.onProgress?.({ done, total: data.size })
  }
  return { ...estimateOf(values, lowerBound(options)), values }
}

/** Options of {@link annealedBounds}. */
export interface AnnealedBoundsOptions extends AnnealedOptions {
  /** How many examples the model draws, a positive integer. Defaults to 20. */
  readonly examples?: number | undefined
}

/** What {@link annealedBounds} gives, all of the same examples. */
export interface AnnealedBounds {
  /** A lower bound on log p(x) in expectation, as {@link annealedLogLikelihood} gives it. */
  readonly lower: MeanEstimate
  /** An upper bound on log p(x) in expectation. */
  readonly upper: MeanEstimate
  /** `upper - lower`, and its standard error: what {@link annealedLogLikelihood} with these options is off by at most. */
  readonly gap: MeanEstimate
}

/**
 * Bounds log p(x) from both sides, on examples that the model draws, of which a code of the true posterior is known: that which
 * each was drawn from. A small gap shows that {@link annealedLogLikelihood} with the same options is to be trusted for examples
 * like those.
 *
 * @param model as for {@link annealedLogLikelihood}, with a likelihood that can draw; borrowed
 * @param options see {@link AnnealedBoundsOptions}; the cost is twice that of {@link annealedLogLikelihood}
 * @returns nats; the same for the same options
 * @throws {OptionError} on a bad option, or a likelihood that cannot draw
 * @throws {DisposedError} when the model is disposed of
 * @see "On the Quantitative Analysis of Decoder-Based Generative Models", Wu, Burda, Salakhutdinov and Grosse, 2017, section 3.2
 */
export async function annealedBounds(
  model: AnnealedModel,
  options: AnnealedBoundsOptions = {},
): Promise<AnnealedBounds> {
  assertOptions('annealedBounds', options, { ...optionChecks, examples: positiveInteger })
  assertAnnealed('annealedBounds', model)
  const { examples: total = 20, batchSize = 50, seed = 0, chains = 8, onProgress } = options
  const lower: number[] = []
  const upper: number[] = []
  while (lower.length < total) {
    const first = lower.length
    const count = Math.min(batchSize, total - first)
    const { code, examples, codes } = tf.tidy(() => {
      const code = randomNormal([count, model.codeSize], 'annealing/drawn', { seed, first }) as tf.Tensor2D
      return {
        code,
        examples: drawFrom(model.likelihood, model.output(code), { seed, first }),
        codes: repeatRows(code, chains),
      }
    })
    try {
      const bounds = await boundsOf(model, examples, first, options, codes)
      lower.push(...bounds.lower)
      upper.push(...bounds.upper)
    } finally {
      tf.dispose([code, examples, codes])
    }
    onProgress?.({ done: lower.length, total })
  }
  const kind = lowerBound(options)
  return {
    lower: estimateOf(lower, kind),
    upper: estimateOf(upper, { ...kind, estimator: kind.estimator.replace('lower', 'upper') }),
    gap: estimateOf(
      upper.map((value, i) => value - (lower[i] as number)),
      { ...kind, estimator: 'upper bound - lower bound, of the same examples', isBound: true },
    ),
  }
}

function assertAnnealed(functionName: string, model: AnnealedModel): void {
  assertModel(functionName, model, ['output'])
  assertOption(functionName, 'model.likelihood', model.likelihood, likelihoodOption)
}

/** The lower bound of each example and, from codes of its posterior, `chains` for each, the upper one. */
async function boundsOf(
  model: AnnealedModel,
  examples: tf.Tensor,
  first: number,
  options: AnnealedOptions,
  codes?: tf.Tensor2D,
): Promise<{ readonly lower: readonly number[]; readonly upper: readonly number[] }> {
  const { chains = 8, temperatures = 300, leapfrogSteps = 10, stepSize = 0.1, seed = 0, signal } = options
  const lengths: tf.Tensor2D[] = []
  const settings = { chains, temperatures, leapfrogSteps, stepSize, seed, signal, first, lengths }
  try {
    const pilot = await anneal(model, examples, { ...settings, chains: 1, stream: 'annealing/pilot' })
    pilot.dispose()
    const lower = await meansOf(await anneal(model, examples, { ...settings, stream: 'annealing' }), chains, 1)
    if (codes === undefined) return { lower, upper: [] }
    const back = await anneal(model, examples, { ...settings, stream: 'annealing/back', codes })
    return { lower, upper: await meansOf(back, chains, -1) }
  } finally {
    tf.dispose(lengths)
  }
}

/** sign * log of the mean of exp(sign * weight) over the chains of each example; disposes of the weights. */
async function meansOf(logWeights: tf.Tensor1D, chains: number, sign: 1 | -1): Promise<readonly number[]> {
  const sums = tf.tidy(() => tf.logSumExp(tf.mul(tf.reshape(logWeights, [-1, chains]), sign), 1))
  logWeights.dispose()
  const logs = await sums.data().finally(() => sums.dispose())
  return Array.from(logs, (log) => sign * (log - Math.log(chains)))
}

function lowerBound({ chains = 8, temperatures = 300, leapfrogSteps = 10 }: AnnealedOptions) {
  const estimator =
    `annealed importance sampling, ${chains} chains of ${temperatures} temperatures with ${leapfrogSteps} leapfrog steps: ` +
    'a lower bound in expectation'
  return { unit: 'nats', estimator, isBound: true }
}

const optionChecks = {
  chains: positiveInteger,
  temperatures: positiveInteger,
  leapfrogSteps: positiveInteger,
  stepSize: positiveNumber,
  batchSize: positiveInteger,
  seed: seedOption,
  ...longMeasureChecks,
}
