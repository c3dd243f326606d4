// log p(x) of a variational autoencoder, by importance sampling from its posterior.
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016, section 5 and equation 8.
import { type Dataset, exampleBatchesOf, randomNormal } from '@ae/core'
import {
  assertExamples,
  assertModel,
  assertOption,
  assertOptions,
  likelihoodOption,
  positiveInteger,
  seedOption,
} from '@ae/core/internal'
import { gaussianLogDensity, reparameterize } from '@ae/losses'
import type { VariationalAutoencoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { estimateOf, type MeanEstimate } from './estimate.ts'

/** Options of {@link importanceSampledLogLikelihood}. */
export interface LogLikelihoodOptions {
  /** Codes per example, a positive integer. Defaults to 5000, as in the papers. */
  readonly samples?: number | undefined
  /** Examples per batch, a positive integer. Defaults to 20. */
  readonly batchSize?: number | undefined
  /** Codes per example decoded at once, a positive integer: `batchSize * chunk` outputs exist together. Defaults to 50. */
  readonly chunk?: number | undefined
  /** Seeds the codes. Defaults to 0. */
  readonly seed?: number | undefined
}

/** What {@link importanceSampledLogLikelihood} gives. */
export interface LogLikelihood extends MeanEstimate {
  /** The estimate of each example, nats, in the order of the data. */
  readonly values: Float32Array
}

/**
 * An estimate of log p(x), nats: for each example log(1/samples sum over codes z of q(z | x) of p(x | z) p(z) / q(z | x)),
 * averaged over examples. In expectation it is a lower bound, which more samples raise towards log p(x); compare models
 * at the same number of samples, on the same data. On grey values a Bernoulli likelihood is not a density: use `binarize` of
 * \@ae/datasets.
 *
 * @param model borrowed
 * @param data borrowed; one pass in stored order
 * @param options see {@link LogLikelihoodOptions}
 * @returns nats, higher is better; the same for the same options
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 * @example
 * ```ts
 * const { value, standardError } = await importanceSampledLogLikelihood(model, binarize(test), { samples: 500 })
 * ```
 */
export async function importanceSampledLogLikelihood(
  model: VariationalAutoencoder,
  data: Dataset,
  options: LogLikelihoodOptions = {},
): Promise<LogLikelihood> {
  assertOptions('importanceSampledLogLikelihood', options, optionChecks)
  assertModel('importanceSampledLogLikelihood', model, ['posterior', 'output'])
  assertOption('importanceSampledLogLikelihood', 'model.likelihood', model.likelihood, likelihoodOption)
  assertExamples('importanceSampledLogLikelihood', data)
  const { samples = 5000, batchSize = 20, chunk = 50, seed = 0 } = options
  const values = new Float32Array(data.size)
  let start = 0
  for await (const examples of exampleBatchesOf('importanceSampledLogLikelihood', data, { batchSize })) {
    let logSum: tf.Tensor | undefined
    try {
      for (let drawn = 0; drawn < samples; drawn += chunk) {
        const count = Math.min(chunk, samples - drawn)
        logSum = addLogSum(logSum, () => logWeights(model, examples, count, { seed, example: start, first: drawn }))
      }
      for (const sum of (await logSum?.data<'float32'>()) ?? []) values[start++] = sum - Math.log(samples)
    } finally {
      logSum?.dispose()
      examples.dispose()
    }
  }
  const estimator = `importance sampling, ${samples} codes per example: a lower bound in expectation`
  return { ...estimateOf(values, { unit: 'nats', estimator, isBound: true }), values }
}

/** log of p(x | z) p(z) / q(z | x) for `count` codes of each example, `[batch, count]`; `example` is the index of the first. */
function logWeights(
  model: VariationalAutoencoder,
  examples: tf.Tensor,
  count: number,
  { seed, example, first }: { readonly seed: number; readonly example: number; readonly first: number },
): tf.Tensor2D {
  const { mean, logVariance } = model.posterior(examples)
  const [batch, latentSize] = mean.shape
  // One draw for each example, so that its codes do not depend on the sizes of batch and chunk.
  const noise = Array.from({ length: batch }, (_, i) =>
    randomNormal([count, latentSize], 'importance', { seed, step: example + i, first }),
  )
  const [means, logVariances] = [repeatRows(mean, count), repeatRows(logVariance, count)]
  const code = reparameterize(means, logVariances, tf.concat(noise as tf.Tensor2D[]))
  const ratio = tf.sub(gaussianLogDensity(code, 0, 0), gaussianLogDensity(code, means, logVariances))
  const target = tf.reshape(repeatRows(examples, count), [-1, ...model.inputShape])
  const cost = model.likelihood.negativeLogLikelihood(model.output(code), target)
  return tf.reshape(tf.sub(tf.sum(ratio, 1), cost), [-1, count])
}

/** Each row `count` times, one after the other, flat: `[batch * count, size]`. */
function repeatRows(x: tf.Tensor, count: number): tf.Tensor2D {
  const batch = x.shape[0] ?? 0
  return tf.reshape(tf.tile(tf.reshape<tf.Rank.R3>(x, [batch, 1, -1]), [1, count, 1]), [batch * count, -1])
}

/** Adds `terms` to a running log of a sum of exponentials, `[batch]`. */
function addLogSum(former: tf.Tensor | undefined, terms: () => tf.Tensor2D): tf.Tensor {
  const sum = tf.tidy(() => {
    const added = tf.logSumExp(terms(), 1)
    return former === undefined ? added : tf.logSumExp(tf.stack([former, added], 1), 1)
  })
  former?.dispose()
  return sum
}

const optionChecks = { samples: positiveInteger, batchSize: positiveInteger, chunk: positiveInteger, seed: seedOption }
