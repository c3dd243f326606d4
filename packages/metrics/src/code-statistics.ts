// Statistics of a code's units over a data set: mean activations, dead units, the distribution of activations.
import { type Autoencoder, type Dataset, exampleBatchesOf, type Interval } from '@ae/core'
import {
  assertExamples,
  assertModel,
  assertOptions,
  countInBins,
  countOption,
  nonNegativeNumber,
  positiveInteger,
} from '@ae/core/internal'
import { rowsOfData } from './rows-of-data.ts'

/** Options of {@link codeStatistics}. */
export interface CodeStatisticsOptions {
  /** Examples per batch; affects speed and memory, not the results. Defaults to 256. */
  readonly batchSize?: number | undefined
  /** Bins of the histogram, from 1 to 2^20. Defaults to 20. */
  readonly bins?: number | undefined
  /** A unit is dead if its absolute activation never exceeds this; at least 0. Defaults to 0.01. */
  readonly threshold?: number | undefined
}

/** Plain numbers; there is no tensor to dispose of. */
export interface CodeStatistics {
  /** The mean over all examples and units. */
  readonly meanActivation: number
  /** The mean of each unit over the examples, `codeSize` numbers. */
  readonly meanActivations: readonly number[]
  /** The units, counted from 0, whose absolute activation exceeds the threshold for no example. */
  readonly deadUnits: readonly number[]
  /** A histogram of the activations. */
  readonly histogram: CodeHistogram
}

/** The distribution of activations over all examples and units. */
export interface CodeHistogram {
  /** From the smallest to the largest activation. */
  readonly range: Interval
  /** The number of activations in each bin, in order; bins are equally wide, and the sum is examples times units. */
  readonly counts: readonly number[]
}

/**
 * Measures the codes of a data set, which it holds meanwhile, 4 bytes a unit of each example.
 *
 * @param model any autoencoder, borrowed
 * @param data borrowed
 * @throws {OptionError} on a bad option
 * @throws {ShapeError} when the data's shape is not the model's
 * @throws {DatasetError} when the data is empty
 * @throws {DisposedError} after `dispose()` of the model
 * @example
 * ```ts
 * const { meanActivation, deadUnits } = await codeStatistics(model, digits)
 * ```
 */
export async function codeStatistics(
  model: Autoencoder,
  data: Dataset,
  options: CodeStatisticsOptions = {},
): Promise<CodeStatistics> {
  assertOptions('codeStatistics', options, {
    batchSize: positiveInteger,
    bins: countOption,
    threshold: nonNegativeNumber,
  })
  assertModel('codeStatistics', model, ['encode'])
  assertExamples('codeStatistics', data)
  const { batchSize = 256, bins = 20, threshold = 0.01 } = options
  const { codeSize } = model
  const batches = exampleBatchesOf('codeStatistics', data, { batchSize })
  const [codes = []] = await rowsOfData(batches, data.size, (x) => [model.encode(x)])
  const sums = new Float64Array(codeSize)
  const sizes = new Float64Array(codeSize) // the largest |activation| of each unit
  let [minimum, maximum] = [Infinity, -Infinity]
  for (const [i, value] of codes.entries()) {
    const unit = i % codeSize
    sums[unit] = (sums[unit] ?? 0) + value
    sizes[unit] = Math.max(sizes[unit] ?? 0, Math.abs(value))
    minimum = Math.min(minimum, value)
    maximum = Math.max(maximum, value)
  }
  const meanActivations = [...sums].map((sum) => sum / data.size)
  return {
    meanActivation: meanActivations.reduce((sum, mean) => sum + mean, 0) / codeSize,
    meanActivations,
    deadUnits: [...sizes.keys()].filter((unit) => (sizes[unit] ?? 0) <= threshold),
    histogram: { range: { minimum, maximum }, counts: countInBins(codes, { minimum, maximum, bins }) },
  }
}
