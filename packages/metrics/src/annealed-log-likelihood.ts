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
import type { RawDecoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { estimateOf } from './estimate.ts'
import { type ChainState, stateAt, type Transition, transition } from './hamiltonian.ts'
import { type LogLikelihood, repeatRows } from './log-likelihood.ts'
import { type LongMeasureOptions, longMeasureChecks, pause } from './long-measure.ts'

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

/** What has a decoder, a likelihood and latents with the prior N(0, I). */
export type AnnealedModel = RawDecoder & { readonly codeSize: number; readonly inputShape: readonly number[] }

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
  assertModel('annealedLogLikelihood', model, ['output'])
  assertOption('annealedLogLikelihood', 'model.likelihood', model.likelihood, likelihoodOption)
  assertExamples('annealedLogLikelihood', data)
  const { chains = 8, temperatures = 300, leapfrogSteps = 10, stepSize = 0.1, batchSize = 50, seed = 0 } = options
  const settings = { temperatures, leapfrogSteps, stepSize, seed, signal: options.signal }
  const values = new Float32Array(data.size)
  let done = 0
  for await (const examples of exampleBatchesOf('annealedLogLikelihood', data, { batchSize })) {
    const lengths: tf.Tensor2D[] = []
    let logWeights: tf.Tensor1D | undefined
    try {
      const count = examples.shape[0] ?? 0
      const pilot = await anneal(model, examples, {
        ...settings,
        chains: 1,
        first: done,
        stream: 'annealing/pilot',
        lengths,
      })
      pilot.dispose()
      logWeights = await anneal(model, examples, { ...settings, chains, first: done, stream: 'annealing', lengths })
      const sums = tf.tidy(() => tf.logSumExp(tf.reshape(logWeights as tf.Tensor, [count, chains]), 1))
      const logs = await sums.data().finally(() => sums.dispose())
      for (const sum of logs) values[done++] = sum - Math.log(chains)
    } finally {
      tf.dispose([examples, ...lengths, ...(logWeights ? [logWeights] : [])])
    }
    options.onProgress?.({ done, total: data.size })
  }
  const estimator =
    `annealed importance sampling, ${chains} chains of ${temperatures} temperatures with ${leapfrogSteps} leapfrog steps: ` +
    'a lower bound in expectation'
  return { ...estimateOf(values, { unit: 'nats', estimator, isBound: true }), values }
}

/** How chains are annealed. */
interface AnnealSettings {
  readonly chains: number
  readonly temperatures: number
  readonly leapfrogSteps: number
  readonly stepSize: number
  readonly seed: number
  /** The index of the first example. */
  readonly first: number
  readonly stream: string
  readonly signal: AbortSignal | undefined
  /** The step size of each example at each temperature, `[batch, 1]`: found and added if there are none, else used. */
  readonly lengths: tf.Tensor2D[]
}

/** The log weight of each chain, `[batch * chains]`. */
async function anneal(model: AnnealedModel, examples: tf.Tensor, settings: AnnealSettings): Promise<tf.Tensor1D> {
  const { chains, temperatures, leapfrogSteps, stepSize, stream, lengths, signal, ...address } = settings
  const count = (examples.shape[0] ?? 0) * chains
  const first = address.first * chains
  const isPilot = lengths.length === 0
  const target = tf.tidy(() => tf.reshape(repeatRows(examples, chains), [count, ...model.inputShape]))
  let state: ChainState | undefined
  let logWeights: tf.Tensor1D = tf.zeros([count])
  try {
    state = tf.tidy(() =>
      stateAt(
        model,
        target,
        randomNormal([count, model.codeSize], `${stream}/start`, { seed: address.seed, first }) as tf.Tensor2D,
      ),
    )
    if (isPilot) lengths.push(tf.fill([count, 1], stepSize))
    for (let step = 1; step <= temperatures; step++) {
      await pause(signal)
      const [from, beta] = [betaAt(step - 1, temperatures), betaAt(step, temperatures)]
      const former: ChainState = state
      const length = lengths[step - 1] as tf.Tensor2D
      const moved: Transition & { readonly weights: tf.Tensor1D; readonly length?: tf.Tensor2D } = tf.tidy(() => {
        const weights = tf.add(logWeights, tf.mul(former.logLikelihood, beta - from)) as tf.Tensor1D
        if (step === temperatures) return { ...former, acceptance: weights, weights }
        const next = transition(model, target, former, {
          beta,
          leapfrogSteps,
          stepSize: repeatRows(length, chains),
          stream,
          address: { seed: address.seed, step, first },
        })
        return { ...next, weights, ...(isPilot && { length: adapted(length, next.acceptance) }) }
      })
      if (step < temperatures) tf.dispose([former.code, former.logLikelihood, former.gradient, moved.acceptance])
      logWeights.dispose()
      if (moved.length) lengths.push(moved.length)
      state = moved
      logWeights = moved.weights
    }
    return logWeights
  } catch (error) {
    logWeights.dispose()
    throw error
  } finally {
    tf.dispose([target, ...(state ? [state.code, state.logLikelihood, state.gradient] : [])])
  }
}

/** Longer where more than 0.65 of the proposals are accepted, shorter where fewer are. */
function adapted(length: tf.Tensor2D, acceptance: tf.Tensor1D): tf.Tensor2D {
  return tf.mul(length, tf.exp(tf.mul(tf.sub(tf.expandDims(acceptance, 1), 0.65), 0.2)))
}

/** From 0 to 1 along a sigmoid: in small steps at both ends, where the distributions change most. */
function betaAt(step: number, temperatures: number): number {
  const sigmoid = (t: number) => 1 / (1 + Math.exp(-t))
  const [low, high] = [sigmoid(-4), sigmoid(4)]
  return (sigmoid(8 * (step / temperatures) - 4) - low) / (high - low)
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
