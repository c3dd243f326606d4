// How far the latents are from independent: the total correlation of the aggregate posterior.
// Chen, Li, Grosse and Duvenaud, Isolating Sources of Disentanglement in Variational Autoencoders, 2018, equation 2.
import { type Dataset, normals, permutation } from '@ae/core'
import { assertOptions, positiveInteger, seedOption } from '@ae/core/internal'
import { gaussianLogDensity } from '@ae/losses'
import type { VariationalAutoencoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { estimateOf, type MeanEstimate } from './estimate.ts'
import { type Posteriors, posteriorsOf } from './posteriors.ts'

/** Options of {@link totalCorrelation}. */
export interface TotalCorrelationOptions {
  /** Codes that the expectation is taken over, a positive integer; at most one per example. Defaults to 1000. */
  readonly samples?: number | undefined
  /** Examples per batch while encoding, a positive integer. Defaults to 250. */
  readonly batchSize?: number | undefined
  /** Seeds the choice of examples and their codes. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * KL(q(z) || product over latents of q(z of that latent)), nats: zero where the latents are independent. q(z), the mean
 * of q(z | x) over all examples of the data, is computed exactly, not estimated from a batch; the expectation is over
 * codes of `samples` examples, at a cost of samples * examples * latents. The value depends on the data: a mixture of n
 * posteriors has at most (latents - 1) log(n). Compare models on the same data.
 *
 * @param model borrowed
 * @param data borrowed; one pass in stored order, whose posteriors are held in memory
 * @param options see {@link TotalCorrelationOptions}
 * @returns nats; the same for the same options
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 */
export async function totalCorrelation(
  model: VariationalAutoencoder,
  data: Dataset,
  options: TotalCorrelationOptions = {},
): Promise<MeanEstimate> {
  assertOptions('totalCorrelation', options, optionChecks)
  const { samples = 1000, batchSize = 250, seed = 0 } = options
  const posteriors = await posteriorsOf('totalCorrelation', model, data, batchSize)
  const { count, latentSize } = posteriors
  const codes = drawCodes(posteriors, Math.min(samples, count), seed)
  const [means, logVariances] = [posteriors.means, posteriors.logVariances].map((values) =>
    tf.tidy(() => tf.expandDims(tf.transpose(tf.tensor2d(values, [count, latentSize])), 0)),
  ) as [tf.Tensor3D, tf.Tensor3D] // [1, latentSize, count]
  const values: number[] = []
  const rows = Math.max(1, Math.floor(numbersAtOnce / (count * latentSize))) * latentSize
  try {
    for (let start = 0; start < codes.length; start += rows) {
      const ratio = tf.tidy(() => {
        const some = codes.subarray(start, start + rows)
        const z = tf.tensor3d(some, [some.length / latentSize, latentSize, 1])
        return logRatio(gaussianLogDensity<tf.Rank.R3>(z, means, logVariances))
      })
      values.push(...(await ratio.data()))
      ratio.dispose()
    }
  } finally {
    tf.dispose([means, logVariances])
  }
  return estimateOf(values, {
    unit: 'nats',
    estimator: `codes of ${codes.length / latentSize} examples, under the posteriors of all ${count}`,
  })
}

/** One code of the posterior of each of `samples` examples, `[samples * latentSize]`. */
function drawCodes(
  { count, latentSize, means, logVariances }: Posteriors,
  samples: number,
  seed: number,
): Float32Array {
  const order = permutation('total-correlation/examples', { seed }, count)
  const noise = normals('total-correlation/codes', { seed }, samples * latentSize)
  return noise.map((value, i) => {
    const at = (order[Math.floor(i / latentSize)] as number) * latentSize + (i % latentSize)
    return (means[at] as number) + Math.exp((logVariances[at] as number) / 2) * value
  })
}

/** log q(z) - sum over latents of log q(z of that latent), from densities `[codes, latentSize, posteriors]`. */
function logRatio(densities: tf.Tensor3D): tf.Tensor1D {
  const [, latentSize, count] = densities.shape
  const joint = tf.logSumExp(tf.sum(densities, 1), 1)
  const product = tf.sum(tf.logSumExp(densities, 2), 1)
  return tf.add(tf.sub(joint, product), (latentSize - 1) * Math.log(count))
}

/** How many densities are computed at once: 8 MiB of them, a few times over. */
const numbersAtOnce = 2 ** 21

const optionChecks = { samples: positiveInteger, batchSize: positiveInteger, seed: seedOption }
