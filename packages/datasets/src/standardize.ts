// Values with mean 0 and standard deviation 1, by the moments of the training data.
import { type Batch, batchesOf, type Dataset, DatasetError, examplesOf, sizeOfShape } from '@ae/core'
import {
  assertBackend,
  assertDataset,
  assertOptions,
  finiteNumber,
  nonNegativeNumber,
  type OptionCheck,
  oneOf,
} from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { checksumOf } from './array-dataset.ts'
import { changed, withoutTransform } from './changed.ts'

/** What {@link standardize} needs to know; {@link momentsOf} measures it. */
export interface Moments {
  /** The mean of each channel, i.e. along the last axis, or of each value of an example. */
  readonly mean: ArrayLike<number>
  /** Their standard deviations, as many. A value whose deviation is 0 becomes 0. */
  readonly standardDeviation: ArrayLike<number>
}

/** Options of {@link momentsOf}. */
export interface MomentsOptions {
  /**
   * `channel`: one mean for all values of a channel, of which the last axis has one each. `value`: a mean for each value of an
   * example. For vectors the two are the same. Defaults to `channel`.
   */
  readonly per?: 'channel' | 'value' | undefined
}

/**
 * The mean and standard deviation of the values of a data set: one pass, summed in float64.
 *
 * @param dataset with labels or without; borrowed
 * @param options see {@link MomentsOptions}
 * @returns what {@link standardize} takes: plain arrays, which JSON can hold. Standard deviations are those of the data
 *   themselves, the sum of squares divided by their number
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the data set does not give what it describes
 */
export async function momentsOf(
  dataset: Dataset<Batch>,
  options: MomentsOptions = {},
): Promise<Record<keyof Moments, number[]>> {
  assertDataset('momentsOf', 'dataset', dataset)
  assertOptions('momentsOf', options, { per: oneOf('channel', 'value') })
  assertBackend('momentsOf')
  const { shape } = dataset
  const columns = options.per === 'value' ? sizeOfShape(shape) : (shape.at(-1) as number)
  // Distances from a value of the column itself, so that squares of large means do not swallow small deviations.
  let origin: Float32Array | undefined
  const sums = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for await (const batch of batchesOf('momentsOf', dataset, { batchSize: 256 })) {
    let values: Float32Array
    try {
      values = (await examplesOf(batch).data()) as Float32Array
    } finally {
      tf.dispose(batch as tf.TensorContainer)
    }
    origin ??= values.slice(0, columns)
    for (let i = 0, column = 0; i < values.length; i++, column = column + 1 === columns ? 0 : column + 1) {
      const distance = (values[i] as number) - (origin[column] as number)
      sums[column] = (sums[column] as number) + distance
      squares[column] = (squares[column] as number) + distance * distance
    }
  }
  const count = (dataset.size * sizeOfShape(shape)) / columns
  const means = Array.from(sums, (sum) => sum / count)
  return {
    mean: means.map((mean, column) => mean + (origin?.[column] ?? 0)),
    standardDeviation: means.map((mean, column) =>
      Math.sqrt(Math.max(0, (squares[column] as number) / count - mean * mean)),
    ),
  }
}

/**
 * The same data with each value x replaced by (x - mean) / standard deviation.
 *
 * @param dataset with labels or without; borrowed
 * @param moments those of the training data, for other data too
 * @returns a data set named e.g. `series standardized`
 * @throws {OptionError} when `moments` has other members, or values that are not finite
 * @throws {DatasetError} when there is not one number for each channel or for each value
 * @example
 * ```ts
 * const moments = await momentsOf(training)
 * const standardized = standardize(training, moments)
 * ```
 */
export function standardize<batch extends Batch>(dataset: Dataset<batch>, moments: Moments): Dataset<batch> {
  assertDataset('standardize', 'dataset', dataset)
  const checks = { mean: listOf(finiteNumber), standardDeviation: listOf(nonNegativeNumber) }
  assertOptions('standardize', moments, checks, ['mean', 'standardDeviation'])
  const { shape, name, range } = dataset
  const mean = Float32Array.from(moments.mean)
  const deviation = Float32Array.from(moments.standardDeviation, (value) => value || 1)
  const [columns, size] = [mean.length, sizeOfShape(shape)]
  if ((columns !== shape.at(-1) && columns !== size) || deviation.length !== columns) {
    throw new DatasetError('`standardize` received `moments` of other data.', {
      facts: {
        Data: name,
        Expected: `${shape.at(-1)} numbers, one for each channel, or ${size}, for [${shape.join(', ')}]`,
        Received: `${columns} means, ${deviation.length} standard deviations`,
      },
      fix: 'measure them: await momentsOf(data)',
    })
  }
  const scaled = (value: number) => Array.from(mean, (own, column) => (value - own) / (deviation[column] as number))
  const bounds = {
    minimum: Math.fround(Math.min(...scaled(range.minimum))),
    maximum: Math.fround(Math.max(...scaled(range.maximum))),
  }
  const columnShape = columns === size ? [...shape] : [columns]
  return changed(dataset, {
    name: `${name} standardized`,
    range: bounds,
    notes: withoutTransform(dataset),
    checksum: dataset.checksum && (() => `${dataset.checksum?.()}, ${checksumOf(mean)}, ${checksumOf(deviation)}`),
    change: (examples) =>
      tf.tidy(() => tf.div(tf.sub(examples, tf.tensor(mean, columnShape)), tf.tensor(deviation, columnShape))),
  })
}

function listOf(check: OptionCheck): OptionCheck {
  return (value) =>
    (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) &&
    Array.from(value as ArrayLike<unknown>).every((item) => check(item) === undefined)
      ? undefined
      : `an array, each of it ${check(undefined)}`
}
