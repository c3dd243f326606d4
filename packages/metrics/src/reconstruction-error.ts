// How far reconstructions are from their examples, feature by feature.
import { type Autoencoder, type Batch, batchesOf, type Dataset, examplesOf } from '@ae/core'
import { assertExamples, assertModel, assertOptions, positiveInteger } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { estimateOf, type MeanEstimate } from './estimate.ts'
import { rowsOfData } from './rows-of-data.ts'

/** Options of {@link reconstructionError}. */
export interface ReconstructionErrorOptions {
  /** Examples per batch, a positive integer; changes speed and memory, not the figures. Defaults to 256. */
  readonly batchSize?: number | undefined
}

/** What {@link reconstructionError} gives: means over features, then over examples. */
export interface ReconstructionError {
  /** Of (reconstruction - x)^2: PyTorch's `mse_loss`, Keras' `mse`. Times the number of features it is the loss `squaredError`. */
  readonly meanSquaredError: MeanEstimate
  /** Of |reconstruction - x|: PyTorch's `l1_loss`. */
  readonly meanAbsoluteError: MeanEstimate
  /**
   * Of -x log r - (1 - x) log(1 - r), r the reconstruction, nats per feature; no log counts as less than -100, as in PyTorch's
   * `binary_cross_entropy`. Only where data and reconstructions are in [0, 1].
   */
  readonly binaryCrossEntropy?: MeanEstimate | undefined
}

/**
 * The error of `model.reconstruct`, by which autoencoders of any kind are compared: a variational one reconstructs from its
 * posterior's mean.
 *
 * @param model any autoencoder, borrowed
 * @param data borrowed; one pass in stored order, of which labels play no part
 * @param options see {@link ReconstructionErrorOptions}
 * @returns per feature: a loss of `train` is summed over features instead
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 */
export async function reconstructionError(
  model: Autoencoder,
  data: Dataset<Batch>,
  options: ReconstructionErrorOptions = {},
): Promise<ReconstructionError> {
  return reconstructionErrorAs('reconstructionError', model, data, options)
}

/** {@link reconstructionError} for functions that call it for their caller: errors name them. */
export async function reconstructionErrorAs(
  functionName: string,
  model: Autoencoder,
  data: Dataset<Batch>,
  options: ReconstructionErrorOptions,
): Promise<ReconstructionError> {
  assertOptions(functionName, options, { batchSize: positiveInteger })
  assertModel(functionName, model, ['reconstruct'])
  assertExamples(functionName, data)
  const batches = batchesOf(functionName, data, { batchSize: options.batchSize ?? 256 })
  const [least = [], most = [], ...rows] = await rowsOfData(batches, data.size, (batch) =>
    errorsOf(model, examplesOf(batch)),
  )
  const isUnit = (minimum: number, maximum: number) => minimum >= 0 && maximum <= 1
  const isProbability =
    isUnit(data.range.minimum, data.range.maximum) && least.every((low, i) => isUnit(low, most[i] ?? 1))
  const [squares, distances, entropies] = rows.map((values, i) =>
    estimateOf(values, {
      unit: i === 2 ? 'nats per feature' : '1',
      estimator: 'reconstructions; mean over features and examples',
    }),
  ) as [MeanEstimate, MeanEstimate, MeanEstimate]
  return {
    meanSquaredError: squares,
    meanAbsoluteError: distances,
    ...(isProbability && { binaryCrossEntropy: entropies }),
  }
}

/** Of each example, `[batch]`: the smallest and largest value of its reconstruction, squared error, distance, cross-entropy. */
function errorsOf(model: Autoencoder, examples: tf.Tensor): readonly tf.Tensor[] {
  return tf.tidy(() => {
    const x = tf.reshape(examples, [examples.shape[0] ?? 0, -1])
    const r = tf.reshape(model.reconstruct(examples), x.shape)
    const distance = tf.abs(tf.sub(r, x))
    const log = (p: tf.Tensor) => tf.maximum(tf.log(p), -100)
    const entropy = tf.neg(tf.add(tf.mul(x, log(r)), tf.mul(tf.sub(1, x), log(tf.sub(1, r)))))
    return [tf.min(r, 1), tf.max(r, 1), ...[tf.square(distance), distance, entropy].map((values) => tf.mean(values, 1))]
  })
}
