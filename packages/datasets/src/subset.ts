// What take, skip, select, filter and split share: some examples of a data set, by their indices.
import { DatasetError } from '@ae/core'
import { assertDataset, assertMembers } from '@ae/core/internal'
import { checksumOf } from './array-dataset.ts'
import { checksumOfFirst, hasOwnOrder, type IndexedDataset, type LabelledDataset, readable } from './indexed-dataset.ts'

/** Some examples of a data set: with labels if all of it has them. */
export type Chosen<dataset extends IndexedDataset> = dataset extends LabelledDataset ? LabelledDataset : IndexedDataset

/**
 * The examples at `indices`, read from `dataset` as they are needed.
 *
 * @param caller the public function, for messages
 * @param dataset that passed {@link assertIndexed}
 * @param indices each below its size; kept
 * @param name of the result
 * @throws {DatasetError} when there are no indices
 */
export function subset<dataset extends IndexedDataset>(
  caller: string,
  dataset: dataset,
  indices: Uint32Array,
  name: string,
): Chosen<dataset> {
  const { shape, range, labels, notes, checksum } = dataset
  if (indices.length === 0) {
    throw new DatasetError(`\`${caller}\` leaves no examples.`, {
      facts: { Expected: 'at least one example', Received: `none of the ${dataset.size} of ${dataset.name}` },
      fix: 'choose at least one, or pass more data',
    })
  }
  const summed = checksum && (() => `${checksum()}, ${checksumOf(indices)}`)
  return readable({
    name,
    shape,
    size: indices.length,
    range,
    labels: labels && gather(labels, indices),
    notes,
    checksum: summed,
    first: checksumOfFirst(summed),
    read: (chosen) => dataset.read(gather(indices, chosen)),
  }) as Chosen<dataset>
}

/**
 * Checks that a value is a data set whose examples can be chosen.
 *
 * @throws {OptionError} when it is not, {@link DatasetError} when it draws its examples by weight
 */
export function assertIndexed(caller: string, argument: string, value: unknown): asserts value is IndexedDataset {
  assertDataset(caller, argument, value)
  assertMembers(caller, argument, value, {
    expected: 'a data set whose examples can be read in any order',
    members: { read: 'function', take: 'function' },
    fix: 'choose examples first, and add labels or change values after that: withLabels(skip(digits, 100))',
  })
  if (!hasOwnOrder(value as IndexedDataset)) return
  throw new DatasetError(`\`${caller}\` cannot choose among examples that are drawn by weight.`, {
    facts: { Received: value.name },
    fix: 'choose them first: weighted(skip(digits, 100))',
  })
}

/** The elements of `values` at `indices`. */
function gather<array extends Uint8Array | Int32Array | Uint32Array>(values: array, indices: Uint32Array): array {
  const type = values.constructor as new (length: number) => array
  const chosen = new type(indices.length)
  for (let i = 0; i < indices.length; i++) chosen[i] = values[indices[i] as number] as number
  return chosen
}
