// Values moved linearly into another interval, such as the [0, 1] that Bernoulli likelihoods need.
import { type Batch, type Dataset, DatasetError } from '@ae/core'
import { assertDataset, assertOptions, finiteNumber, intervalOption } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { changed, withoutTransform } from './changed.ts'

/** Options of {@link rescale}. */
export interface RescaleOptions {
  /** What the lower end of `from` becomes. Defaults to 0. */
  readonly minimum?: number | undefined
  /** What the upper end of `from` becomes, above `minimum`. Defaults to 1. */
  readonly maximum?: number | undefined
  /** The interval that is mapped. Pass that of the training data for other data too. Defaults to the range of `dataset`. */
  readonly from?: Dataset['range'] | undefined
}

/**
 * The same data with each value x replaced by minimum + (x - from.minimum) (maximum - minimum) / (from.maximum - from.minimum).
 *
 * @param dataset with labels or without; borrowed
 * @param options see {@link RescaleOptions}
 * @returns a data set named e.g. `series rescaled`; values outside `from` lie outside of the interval, and its range says so
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the interval that is mapped is infinite or of no length
 * @example
 * ```ts
 * const [training, testing] = split(data, { fractions: [0.8, 0.2] })
 * const scaled = { training: rescale(training), testing: rescale(testing, { from: training.range }) }
 * ```
 */
export function rescale<batch extends Batch>(dataset: Dataset<batch>, options: RescaleOptions = {}): Dataset<batch> {
  assertDataset('rescale', 'dataset', dataset)
  const checks = { minimum: finiteNumber, maximum: finiteNumber, from: intervalOption }
  assertOptions('rescale', options, checks)
  const { minimum = 0, maximum = 1, from = dataset.range } = options
  if (maximum <= minimum) assertOptions('rescale', { maximum }, { maximum: () => `a number above minimum, ${minimum}` })
  const length = from.maximum - from.minimum
  if (!(length > 0 && length < Number.POSITIVE_INFINITY)) {
    throw new DatasetError('`rescale` received an interval that it cannot map.', {
      facts: {
        Data: dataset.name,
        Expected: 'an interval of finite length above 0',
        Received: `[${from.minimum}, ${from.maximum}]`,
      },
      fix: 'pass the smallest and largest value as `from`: { minimum, maximum }',
    })
  }
  const factor = (maximum - minimum) / length
  const scaled = (value: number) => Math.fround(minimum + (value - from.minimum) * factor)
  const range = { minimum: scaled(dataset.range.minimum), maximum: scaled(dataset.range.maximum) }
  return changed(dataset, {
    name: `${dataset.name} rescaled`,
    range,
    notes: withoutTransform(dataset),
    checksum:
      dataset.checksum && (() => `${dataset.checksum?.()}, rescaled ${[from.minimum, from.maximum, minimum, maximum]}`),
    // Rounding must not carry values out of the range that the result states.
    change: (examples) =>
      tf.tidy(() =>
        tf.clipByValue(tf.add(tf.mul(tf.sub(examples, from.minimum), factor), minimum), range.minimum, range.maximum),
      ),
  })
}
