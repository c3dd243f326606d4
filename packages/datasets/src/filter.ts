// Examples chosen one by one: by a condition, or by their indices.
import { OptionError } from '@ae/core'
import { assertOption, functionOption, type OptionCheck, show } from '@ae/core/internal'
import type { IndexedDataset, LabelledDataset } from './indexed-dataset.ts'
import { assertIndexed, type Chosen, subset } from './subset.ts'

/** One example, as {@link filter} shows it. */
export interface ExampleOf<dataset extends IndexedDataset> {
  /** Where it is in stored order, from 0. */
  readonly index: number
  /** Its label; undefined if the data set has none. */
  readonly label: dataset extends Pick<LabelledDataset, 'labels'> ? number : number | undefined
}

/**
 * The examples that fulfil a condition.
 *
 * @param dataset borrowed
 * @param keep called once for each example, in stored order; true keeps it. By values: see {@link select}
 * @returns a data set named e.g. `mnist/train filtered`
 * @throws {OptionError} when an argument is of the wrong type, or `keep` returns something other than true and false
 * @throws {DatasetError} when no example is left, or `dataset` draws by weight
 * @example
 * ```ts
 * const threes = filter(digits, ({ label }) => label === 3)
 * ```
 */
export function filter<dataset extends IndexedDataset>(
  dataset: dataset,
  keep: (example: ExampleOf<dataset>) => boolean,
): Chosen<dataset> {
  assertIndexed('filter', 'dataset', dataset)
  assertOption('filter', 'keep', keep, functionOption)
  const { name, size, labels } = dataset
  const indices: number[] = []
  for (let index = 0; index < size; index++) {
    const isKept: unknown = keep({ index, label: labels?.[index] } as ExampleOf<dataset>)
    if (typeof isKept !== 'boolean') {
      throw new OptionError('`filter` received a `keep` that does not say true or false.', {
        facts: { Expected: 'true or false', Received: `${show(isKept)} for example ${index} of ${name}` },
        fix: 'return a comparison, such as label === 3; await what it needs beforehand',
      })
    }
    if (isKept) indices.push(index)
  }
  return subset('filter', dataset, Uint32Array.from(indices), `${name} filtered`)
}

/**
 * The examples at these indices, in this order.
 *
 * @param dataset borrowed
 * @param indices integers from 0 to the size - 1, at least one; an index may come more than once
 * @returns a data set named e.g. `mnist/train selected`
 * @throws {OptionError} when an argument is of the wrong type, or an index is out of range
 * @throws {DatasetError} when there are no indices, or `dataset` draws by weight
 */
export function select<dataset extends IndexedDataset>(dataset: dataset, indices: ArrayLike<number>): Chosen<dataset> {
  assertIndexed('select', 'dataset', dataset)
  assertOption('select', 'indices', indices, indicesOf(dataset))
  return subset('select', dataset, Uint32Array.from(indices), `${dataset.name} selected`)
}

/** Indices of examples of a data set. */
export function indicesOf({ size }: IndexedDataset): OptionCheck {
  return (value) =>
    (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) &&
    Array.from(value as ArrayLike<unknown>).every(
      (index) => Number.isInteger(index) && Number(index) >= 0 && Number(index) < size,
    )
      ? undefined
      : `an array of integers from 0 to ${size - 1}`
}
