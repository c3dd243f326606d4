// One pass over a data set that holds it to its own description: who walks data meets a designed error, not a wrong figure.
import { dispose, Tensor, type TensorContainer } from '@tensorflow/tfjs-core'
import { passFrom } from '../batches-from.ts'
import { assertDataset } from '../checks/arguments.ts'
import { show } from '../checks/show.ts'
import { type Batch, type BatchOptions, type Dataset, examplesOf } from '../dataset.ts'
import { DatasetError } from '../errors.ts'

/**
 * The batches of one pass, each checked before it is given: tensors of the data set's shape, at most `batchSize` examples,
 * and `size` examples in all. `train`, `evaluate` and all that computes figures from a data set walk it by this.
 *
 * @param functionName the public function that received the data, for the message
 * @param data borrowed
 * @param options as for `data.batches`
 * @param firstBatch how many batches of the pass are left out, an integer of at least 0. Defaults to 0
 * @returns the batches, each owned by the receiver
 * @throws {DatasetError} while iterating: when the data set has no examples, gives more or fewer than its `size`, or gives
 *   what is not a batch of its `shape`; that batch is released
 * @example
 * ```ts
 * for await (const batch of batchesOf('meanOf', digits, { batchSize: 256 })) batch.dispose()
 * ```
 */
export async function* batchesOf<batch extends Batch>(
  functionName: string,
  data: Dataset<batch>,
  options: BatchOptions,
  firstBatch = 0,
): AsyncGenerator<batch, void, void> {
  assertExamples(functionName, data)
  const pass = firstBatch > 0 ? passFrom(data) : undefined
  let skipped = pass ? firstBatch : 0
  let count = pass ? skipped * options.batchSize : 0
  const refuse = (expected: string, received: string, fix: string) =>
    new DatasetError(`\`${functionName}\` received a data set that does not give what it describes.`, {
      facts: { Data: data.name, Expected: expected, Received: received },
      fix,
    })
  const source: unknown = pass ? pass(options, firstBatch) : data.batches(options)
  if (!isIterable(source)) {
    throw refuse(
      'an async iterable of batches',
      show(source),
      'make `batches` an async generator: async *batches(options)',
    )
  }
  for await (const batch of source as AsyncIterable<batch>) {
    const problem = problemOf(batch, data, options) ?? tooMany(count + examplesIn(batch), data.size)
    if (problem !== undefined) {
      dispose(batch as TensorContainer)
      throw refuse(...problem)
    }
    count += examplesIn(batch)
    if (skipped++ < firstBatch) dispose(batch as TensorContainer)
    else yield batch
  }
  if (count === data.size) return
  throw refuse(
    `${data.size} examples, its size`,
    count === 0 ? 'no batches' : `${count} examples`,
    count === 0
      ? 'let `batches` give every example on each call; an iterator can be walked once, so make a new one each time'
      : 'let `batches` give every example once a pass, the smaller rest too, or state the right `size`',
  )
}

/**
 * {@link batchesOf} for functions that take examples without labels: labelled batches with labels are refused.
 *
 * @param functionName the public function that received the data, for the message
 * @param data borrowed
 * @param options as for `data.batches`
 * @param firstBatch as for `batchesOf`. Defaults to 0
 * @returns the batches, each owned by the receiver
 * @throws {DatasetError} while iterating: as {@link batchesOf}, and when a batch has labels; it is released
 */
export async function* exampleBatchesOf(
  functionName: string,
  data: Dataset<Batch>,
  options: BatchOptions,
  firstBatch = 0,
): AsyncGenerator<Tensor, void, void> {
  for await (const batch of batchesOf(functionName, data, options, firstBatch)) {
    if (batch instanceof Tensor) yield batch
    else {
      dispose({ ...batch })
      throw new DatasetError(`\`${functionName}\` received labelled data; it takes examples without labels.`, {
        facts: { Expected: 'batches that are tensors', Received: `{ examples, labels } (${data.name})` },
        fix: 'pass the data set without withLabels',
      })
    }
  }
}

/**
 * Refuses a data set without examples, of which no mean exists, or of fewer than a figure needs.
 *
 * @param functionName the public function that received the data, for the message
 * @param data as received; borrowed
 * @param requirement the argument's name, for the message, by default `data`; and the least number of examples, by default 1
 * @throws {DatasetError} when its size is 0, or less than is needed
 * @throws {OptionError} when it is not a data set
 */
export function assertExamples(
  functionName: string,
  data: Dataset<Batch>,
  { argument = 'data', least = 1 }: { readonly argument?: string; readonly least?: number } = {},
): void {
  assertDataset(functionName, argument, data)
  if (data.size >= least) return
  if (data.size > 0) {
    throw new DatasetError(`\`${functionName}\` received too few examples.`, {
      facts: { Expected: `at least ${least}`, Received: `${data.size} (${data.name})` },
      fix: `pass ${least} examples or more`,
    })
  }
  throw new DatasetError(`\`${functionName}\` received a data set without examples.`, {
    facts: { Received: data.name },
    fix: 'pass a data set of at least one example',
  })
}

type Problem = [expected: string, received: string, fix: string]

function problemOf(batch: unknown, { shape }: Dataset<Batch>, { batchSize }: BatchOptions): Problem | undefined {
  const isLabelled = typeof batch === 'object' && batch !== null && 'examples' in batch && 'labels' in batch
  const examples = isLabelled ? batch.examples : batch
  const expected = `float32 [batch, ${shape.join(', ')}], a batch of 1 to ${batchSize}`
  if (!(examples instanceof Tensor))
    return ['a tensor, or { examples, labels }', show(batch), 'yield tensors: tf.tensor(values, shape)']
  if (examples.isDisposed)
    return [expected, 'a tensor that is disposed of', 'yield tensors that nothing else disposes of']
  const received = `${examples.dtype} [${examples.shape.join(', ')}]`
  if (examples.dtype !== 'float32') return [expected, received, 'cast it: tf.cast(batch, "float32")']
  const fits = examples.rank === shape.length + 1 && shape.every((length, i) => examples.shape[i + 1] === length)
  if (!fits) return [expected, received, 'yield batches of the shape that `shape` states, with the batch axis in front']
  const count = examples.shape[0] ?? 0
  if (count < 1 || count > batchSize)
    return [expected, received, 'yield `batchSize` examples a batch, the last with what remains']
  if (!isLabelled) return undefined
  const { labels } = batch
  if (labels instanceof Tensor && labels.dtype === 'int32' && labels.rank === 1 && labels.size === count)
    return undefined
  const shown = labels instanceof Tensor ? `${labels.dtype} [${labels.shape.join(', ')}]` : show(labels)
  return [`labels int32 [${count}]`, shown, 'yield one label for each example: tf.tensor1d(labels, "int32")']
}

function tooMany(count: number, size: number): Problem | undefined {
  if (count <= size) return undefined
  return [
    `${size} examples, its size`,
    `at least ${count}`,
    'end each pass after `size` examples, or state the right `size`',
  ]
}

function examplesIn(batch: Batch): number {
  return examplesOf(batch).shape[0] ?? 0
}

function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
}
