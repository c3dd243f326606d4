// The densities of codes under their own posterior, the aggregate posterior and the prior: what the KL term consists of.
import { type Dataset, normals, permutation } from '@ae/core'
import { assertOptions, positiveInteger, seedOption } from '@ae/core/internal'
import { gaussianLogDensity } from '@ae/losses'
import type { VariationalAutoencoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { type LongMeasureOptions, longMeasureChecks, pause } from './long-measure.ts'
import { type Posteriors, posteriorsOf } from './posteriors.ts'

/** Options of {@link totalCorrelation}, {@link mutualInformation} and {@link klDecomposition}. */
export interface AggregateOptions extends LongMeasureOptions {
  /** Codes that the expectation is taken over, a positive integer; at most one per example. Defaults to 1000. */
  readonly samples?: number | undefined
  /** Examples per batch while encoding, a positive integer. Defaults to 250. */
  readonly batchSize?: number | undefined
  /** Seeds the choice of examples and their codes. Defaults to 0. */
  readonly seed?: number | undefined
}

/** The log densities of some codes, nats, a number each. */
export interface AggregateDensities {
  /** log q(z | x) of the example that the code is of. */
  readonly own: Float64Array
  /** log q(z). */
  readonly joint: Float64Array
  /** The sum over latents of log q(z of that latent). */
  readonly product: Float64Array
  /** log p(z). */
  readonly prior: Float64Array
  /** How they were computed, in words. */
  readonly estimator: string
}

/** Codes of the posterior of each of `samples` examples, and the posteriors of all. */
export interface DrawnCodes extends Posteriors {
  /** `[samples * latentSize]`. */
  readonly codes: Float32Array
  /** log q(z | x) of each code. */
  readonly own: Float64Array
}

/** Draws one code for each of `samples` examples, in an order of their own. */
export async function drawnCodes(
  functionName: string,
  model: VariationalAutoencoder,
  data: Dataset,
  { samples = 1000, batchSize = 250, seed = 0 }: AggregateOptions,
): Promise<DrawnCodes> {
  const posteriors = await posteriorsOf(functionName, model, data, batchSize)
  const { count, latentSize, means, logVariances } = posteriors
  const drawn = Math.min(samples, count)
  const order = permutation('total-correlation/examples', { seed }, count)
  const noise = normals('total-correlation/codes', { seed }, drawn * latentSize)
  const own = new Float64Array(drawn)
  const codes = noise.map((value, i) => {
    const row = Math.floor(i / latentSize)
    const at = (order[row] as number) * latentSize + (i % latentSize)
    const logVariance = logVariances[at] as number
    own[row] = (own[row] as number) - (Math.log(2 * Math.PI) + logVariance + value * value) / 2
    return (means[at] as number) + Math.exp(logVariance / 2) * value
  })
  return { ...posteriors, codes, own }
}

/** {@link AggregateDensities} of drawn codes, at a cost of samples * examples * latents. */
export async function aggregateDensities(
  functionName: string,
  model: VariationalAutoencoder,
  data: Dataset,
  options: AggregateOptions,
): Promise<AggregateDensities> {
  assertOptions(functionName, options, aggregateChecks)
  const { count, latentSize, codes, own, ...posteriors } = await drawnCodes(functionName, model, data, options)
  const [means, logVariances] = [posteriors.means, posteriors.logVariances].map((values) =>
    tf.tidy(() => tf.expandDims(tf.transpose(tf.tensor2d(values, [count, latentSize])), 0)),
  ) as [tf.Tensor3D, tf.Tensor3D] // [1, latentSize, count]
  const samples = own.length
  const joint = new Float64Array(samples)
  const product = new Float64Array(samples)
  const rows = Math.max(1, Math.floor(numbersAtOnce / (count * latentSize)))
  try {
    for (let first = 0; first < samples; first += rows) {
      await pause(options.signal)
      const sums = tf.tidy(() => {
        const some = codes.subarray(first * latentSize, (first + rows) * latentSize)
        const z = tf.tensor3d(some, [some.length / latentSize, latentSize, 1])
        return logSums(gaussianLogDensity<tf.Rank.R3>(z, means, logVariances))
      })
      try {
        joint.set(await sums[0].data(), first)
        product.set(await sums[1].data(), first)
      } finally {
        tf.dispose(sums)
      }
      options.onProgress?.({ done: Math.min(first + rows, samples), total: samples })
    }
  } finally {
    tf.dispose([means, logVariances])
  }
  const prior = Float64Array.from(own, (_, row) => {
    const code = codes.subarray(row * latentSize, (row + 1) * latentSize)
    return -(latentSize * Math.log(2 * Math.PI) + code.reduce((sum, value) => sum + value * value, 0)) / 2
  })
  const estimator = `codes of ${samples} examples, under the posteriors of all ${count}`
  return { own, joint, product, prior, estimator }
}

/** log q(z) and the sum over latents of log q(z of that latent), from densities `[codes, latentSize, posteriors]`. */
function logSums(densities: tf.Tensor3D): [tf.Tensor1D, tf.Tensor1D] {
  const [, latentSize, count] = densities.shape
  const joint = tf.sub(tf.logSumExp(tf.sum(densities, 1), 1), Math.log(count))
  const product = tf.sub(tf.sum(tf.logSumExp(densities, 2), 1), latentSize * Math.log(count))
  return [joint as tf.Tensor1D, product as tf.Tensor1D]
}

/** How many densities are computed at once: 8 MiB of them, a few times over. */
const numbersAtOnce = 2 ** 21

/** The checks of {@link AggregateOptions}. */
const aggregateChecks = {
  samples: positiveInteger,
  batchSize: positiveInteger,
  seed: seedOption,
  ...longMeasureChecks,
}
