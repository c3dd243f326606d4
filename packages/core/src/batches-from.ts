// A pass that begins in the middle: what a resumed run asks of its data. Data sets that can leave out batches without making
// them say so by `skippable`; of the others the batches are made and released.
import { dispose, type TensorContainer } from '@tensorflow/tfjs-core'
import { assertOption, functionOption } from './checks/options.ts'
import type { Batch, BatchOptions, Dataset } from './dataset.ts'

/** One pass from a batch on. */
export type PassFrom<batch extends Batch> = (options: BatchOptions, firstBatch: number) => AsyncIterable<batch>

const passes = new WeakMap<object, PassFrom<Batch>>()

/**
 * Makes the `batches` of a data set that can begin a pass at any batch, so that a resumed run does not read again what it has
 * passed. Without it a resumed run asks for all batches of the pass and releases those before its own.
 *
 * The mark is on the function: `{ ...data, batches: mine }` does not inherit it.
 *
 * @param pass gives the batches of a pass from the one with the index `firstBatch` on; 0 is the first
 * @returns the function to be `batches`
 * @throws {OptionError} when `pass` is not a function
 * @example
 * ```ts
 * const data: Dataset = { name, shape, size, range, batches: skippable((options, firstBatch) => read(options, firstBatch)) }
 * ```
 */
export function skippable<batch extends Batch>(pass: PassFrom<batch>): Dataset<batch>['batches'] {
  assertOption('skippable', 'pass', pass, functionOption)
  function batches(this: unknown, options: BatchOptions): AsyncIterable<batch> {
    return pass.call(this, options, 0)
  }
  passes.set(batches, pass)
  return batches
}

/** What gives a pass of the data from a batch on without making those before it; undefined where nothing does. */
export function passFrom<batch extends Batch>(data: Dataset<batch>): PassFrom<batch> | undefined {
  const pass = passes.get(data.batches) as PassFrom<batch> | undefined
  return pass && ((options, firstBatch) => pass.call(data, options, firstBatch))
}

/**
 * The batches of a pass from one on, for data sets made of other data sets.
 *
 * @param data borrowed
 * @param options as for `data.batches`
 * @param firstBatch how many batches are left out, an integer of at least 0
 * @returns the batches, each owned by the receiver
 */
export function batchesFrom<batch extends Batch>(
  data: Dataset<batch>,
  options: BatchOptions,
  firstBatch: number,
): AsyncIterable<batch> {
  if (firstBatch === 0) return data.batches(options)
  return passFrom(data)?.(options, firstBatch) ?? withoutFirst(data.batches(options), firstBatch)
}

async function* withoutFirst<batch extends Batch>(
  batches: AsyncIterable<batch>,
  count: number,
): AsyncGenerator<batch, void, void> {
  let index = 0
  for await (const batch of batches) {
    if (index++ < count) dispose(batch as TensorContainer)
    else yield batch
  }
}
