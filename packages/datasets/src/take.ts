// The first examples of a data set, and all but them: a split in stored order.
import { assertOption, positiveInteger } from '@ae/core/internal'
import type { IndexedDataset } from './indexed-dataset.ts'
import { assertIndexed, type Chosen, subset } from './subset.ts'

/**
 * The first examples; the same as `dataset.take(count)`.
 *
 * @param dataset borrowed
 * @param count how many, a positive integer; all when there are fewer
 * @returns a data set named e.g. `mnist/train[:1000]`
 * @throws {OptionError} when count is not a positive integer, or `dataset` cannot be read in any order
 * @throws {DatasetError} when `dataset` draws by weight
 */
export function take<dataset extends IndexedDataset>(dataset: dataset, count: number): Chosen<dataset> {
  assertIndexed('take', 'dataset', dataset)
  return dataset.take(count) as Chosen<dataset>
}

/**
 * All but the first examples: with `take(dataset, count)`, a split in stored order, as a time series needs it.
 *
 * @param dataset borrowed
 * @param count how many are left out, a positive integer below the size
 * @returns a data set named e.g. `mnist/train[1000:]`
 * @throws {OptionError} when count is not a positive integer, or `dataset` cannot be read in any order
 * @throws {DatasetError} when no examples are left, or `dataset` draws by weight
 */
export function skip<dataset extends IndexedDataset>(dataset: dataset, count: number): Chosen<dataset> {
  assertIndexed('skip', 'dataset', dataset)
  assertOption('skip', 'count', count, positiveInteger)
  const { name, size } = dataset
  const rest = Uint32Array.from({ length: Math.max(0, size - count) }, (_, i) => count + i)
  return subset('skip', dataset, rest, `${name}[${count}:]`)
}
