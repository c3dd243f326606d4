// One batch of a data set: what `encode`, `reconstruct` and pictures take.
import { type Batch, batchesOf, type Dataset, OptionError } from '@ae/core'
import { assertBackend, assertDataset, assertOption, positiveInteger } from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import { indicesOf } from './filter.ts'
import { type IndexedDataset, upload } from './indexed-dataset.ts'
import { assertIndexed } from './subset.ts'

/**
 * Reads one batch.
 *
 * @param dataset borrowed; labelled, if the batch shall have labels
 * @param examples how many of the first, or the indices of those wanted, in this order; indices need data that can be read in
 *   any order, and give a batch without labels
 * @returns a tensor `[batch, ...shape]`, float32, or examples with their labels; owned by the caller
 * @throws {OptionError} when an argument is of the wrong type, or there are not so many examples
 * @example
 * ```ts
 * const eight = await batchOf(digits, 8) // [8, 28, 28, 1]
 * ```
 */
export function batchOf<batch extends Batch>(dataset: Dataset<batch>, examples: number): Promise<batch>
export function batchOf(dataset: IndexedDataset, examples: ArrayLike<number>): Promise<Tensor>
export async function batchOf(dataset: Dataset<Batch>, examples: number | ArrayLike<number>): Promise<Batch> {
  assertDataset('batchOf', 'dataset', dataset)
  assertBackend('batchOf')
  if (typeof examples === 'number') return firstOf(dataset, examples)
  assertIndexed('batchOf', 'dataset', dataset)
  assertOption('batchOf', 'examples', examples, indicesOf(dataset))
  if (examples.length === 0) throw tooMany(dataset, 'no indices')
  return upload(await dataset.read(Uint32Array.from(examples)), [examples.length, ...dataset.shape])
}

async function firstOf(dataset: Dataset<Batch>, count: number): Promise<Batch> {
  assertOption('batchOf', 'examples', count, positiveInteger)
  if (count > dataset.size) throw tooMany(dataset, String(count))
  for await (const batch of batchesOf('batchOf', dataset, { batchSize: count })) return batch
  throw tooMany(dataset, String(count))
}

function tooMany({ size, name }: Dataset<Batch>, received: string): OptionError {
  return new OptionError('`batchOf` received a bad `examples`.', {
    facts: { Expected: `1 to ${size}, the size of ${name}`, Received: received },
    fix: 'pass a number of examples that the data set has, or their indices',
  })
}
