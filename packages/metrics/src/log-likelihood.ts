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
import { reparameterize } from '@ae/losses'
import type { VariationalAutoencoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { estimateOf, type MeanEstimate } from './estimate.ts'
import { type LongMeasureOptions, longMeasureChecks, pause } from './long-measure.ts'
import { repeatRows } from './repeat-rows.ts'

/** Options of {@link importanceSampledLogLikelihood}. */
export interface LogLikelihoodOptions extends LongMeasureOptions {
  /**
   * Codes per example, a positive integer. Defaults to 500; papers take 5000. The cost is one pass of the decoder for each code of
   * each example.
   */
  readonly samples?: number | undefined
  /** Examples per batch, a positive integer; changes speed and memory. Defaults to as many as give about 1000 codes at once. */
  readonly batchSize?: number | undefined
  /**
   * Codes per example decoded at once, a positive integer: `batchSize * chunk` outputs exist together. Changes speed and memory.
   * Defaults to all samples, at most 1000.
   */
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
 * at the same number of samples, on the same data. `standardError` is that of the mean over examples: it knows nothing of
 * the distance between bound and log p(x), for which see `annealedLogLikelihood`. With one sample it is the ELBO. On grey values
 * a Bernoulli likelihood is not a density: use `binarize` of \@ae/datasets.
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
 * const { value, standardError } = await importanceSampledLogLikelihood(model, binarize(test), { samples: 5000 })
 * ```
 */
export async function importanceSampledLogLikelihood(
  model: VariationalAutoencoder,
  data: Dataset,
  options: LogLikelihoodOptions = {},
): Promise<LogLikelihood> {
  return logLikelihoodAs('importanceSampledLogLikelihood', model, data, options)
}

/** {@link importanceSampledLogLikelihood} for functions that call it for their caller: errors name them. */
export async function logLikelihoodAs(
  functionName: string,
  model: VariationalAutoencoder,
  data: Dataset,
  options: LogLikelihoodOptions,
): Promise<LogLikelihood> {
  assertOptions(functionName, options, optionChecks)
  assertModel(functionName, model, ['posterior', 'output'])
  assertOption(functionName, 'model.likelihood', model.likelihood, likelihoodOption)
  assertExamples(functionName, data)
  const { samples = 500, seed = 0, onProgress, signal } = options
  const { chunk = Math.min(samples, rowsAtOnce), batchSize = Math.ceil(rowsAtOnce / chunk) } = options
  const values = new Float32Array(data.size)
  let done = 0
  for await (const examples of exampleBatchesOf(functionName, data, { batchSize })) {
    const logWeights: tf.Tensor2D[] = []
    let batch: ExampleBatch | undefined
    try {
      for (let drawn = 0; drawn < samples; drawn += chunk) {
        await pause(signal)
        const count = Math.min(chunk, samples - drawn)
        if (batch?.count !== count) batch = replaced(batch, batchOf(model, examples, done, count))
        logWeights.push(logWeightsOf(model, batch, { seed, first: drawn }))
      }
      const sums = tf.tidy(() => tf.logSumExp(tf.concat(logWeights, 1), 1))
      const logs = await sums.data().finally(() => sums.dispose())
      for (const sum of logs) values[done++] = sum - Math.log(samples)
    } finally {
      tf.dispose([examples, ...logWeights, ...Object.values(batch?.tensors ?? {})])
    }
    onProgress?.({ done, total: data.size })
  }
  const estimator = `importance sampling, ${samples} codes per example: a lower bound in expectation`
  return { ...estimateOf(values, { unit: 'nats', estimator, isBound: true }), values }
}

/** How many codes are decoded at once, unless options say otherwise: enough to keep cores busy, few enough for their caches. */
const rowsAtOnce = 1000

/** Some examples, and what the weights of `count` codes of each are computed from, a row for each code. */
interface ExampleBatch {
  /** The index of the first example in the data. */
  readonly first: number
  readonly count: number
  readonly tensors: {
    readonly target: tf.Tensor
    readonly mean: tf.Tensor2D
    readonly logVariance: tf.Tensor2D
    /** Half the log determinant of each posterior's covariance, `[batch, 1]`. */
    readonly halfLogDeterminant: tf.Tensor2D
  }
}

function batchOf(model: VariationalAutoencoder, examples: tf.Tensor, first: number, count: number): ExampleBatch {
  const tensors = tf.tidy(() => {
    const { mean, logVariance } = model.posterior(examples)
    return {
      target: tf.reshape(repeatRows(examples, count), [-1, ...model.inputShape]),
      mean: repeatRows(mean, count),
      logVariance: repeatRows(logVariance, count),
      halfLogDeterminant: tf.mul(tf.sum<tf.Tensor2D>(logVariance, 1, true), 0.5) as tf.Tensor2D,
    }
  })
  return { first, count, tensors }
}

/** Disposes of the former. */
function replaced(former: ExampleBatch | undefined, next: ExampleBatch): ExampleBatch {
  tf.dispose(Object.values(former?.tensors ?? {}))
  return next
}

/**
 * log of p(x | z) p(z) / q(z | x) for the codes, `[batch, count]`. With z = mean + sigma noise the densities' ratio is
 * (|noise|^2 - |z|^2) / 2 + log |sigma|.
 */
function logWeightsOf(
  model: VariationalAutoencoder,
  { first: firstExample, count, tensors }: ExampleBatch,
  { seed, first }: { readonly seed: number; readonly first: number },
): tf.Tensor2D {
  return tf.tidy(() => {
    const { target, mean, logVariance, halfLogDeterminant } = tensors
    const [rows, latentSize] = mean.shape
    // One draw for each example, so that its codes do not depend on the sizes of batch and chunk.
    const draws = Array.from({ length: rows / count }, (_, i) =>
      randomNormal([count, latentSize], 'importance', { seed, step: firstExample + i, first }),
    )
    const noise = tf.concat(draws as tf.Tensor2D[])
    const code = reparameterize(mean, logVariance, noise)
    const ratio = tf.mul(tf.sum(tf.sub(tf.square(noise), tf.square(code)), 1), 0.5)
    const cost = model.likelihood.negativeLogLikelihood(model.output(code), target)
    return tf.add(tf.reshape(tf.sub(ratio, cost), [-1, count]), halfLogDeterminant)
  })
}

const optionChecks = {
  samples: positiveInteger,
  batchSize: positiveInteger,
  chunk: positiveInteger,
  seed: seedOption,
  ...longMeasureChecks,
}
