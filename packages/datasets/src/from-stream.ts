// Data larger than memory: examples that come one after the other, shuffled in a buffer.
import { type Batch, type Dataset, type LabelledBatch, type Shape, skippable } from '@ae/core'
import {
  assertBackend,
  assertOption,
  assertOptions,
  functionOption,
  intervalOption,
  nameOption,
  type OptionCheck,
  positiveInteger,
  shapeOption,
} from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import { assertBatchOptions } from './indexed-dataset.ts'
import { prefetch } from './prefetch.ts'
import { shuffledBatches } from './shuffle-buffer.ts'
import type { ArrayValues } from './stored-values.ts'
import { blocksFrom, type Opened } from './stream-blocks.ts'

/** Examples with a label each. */
export interface LabelledExamples {
  /** One or more whole examples, as `fromArray` takes them. */
  readonly examples: ArrayValues
  /** One integer for each of them. */
  readonly labels: ArrayLike<number>
}

/** What a stream comes from: items that can be walked again and again, or a function that begins anew on each call. */
export type StreamSource<item> = Iterable<item> | AsyncIterable<item> | (() => Opened<item>)

/** Options of {@link fromStream}. */
export interface FromStreamOptions<item = ArrayValues | LabelledExamples> {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly shape: Shape
  /** The smallest and largest value that may come, those of bytes divided by 255; infinite ends if they are not known. */
  readonly range: Dataset['range']
  /** The number of examples in the whole stream, if it is known. Defaults to as many as there turn out to be. */
  readonly size?: number | undefined
  /**
   * Examples per epoch. The next epoch goes on where this one ended, and at the end of
   * the stream from its beginning. Defaults to `size`; one of the two is needed.
   */
  readonly examplesPerEpoch?: number | undefined
  /**
   * How many examples wait in memory for their random turn, in passes with a seed. Examples that come sorted, by class for
   * example, need a buffer as large as one class. Defaults to 1: the order of the stream.
   */
  readonly shuffleBuffer?: number | undefined
  /**
   * The stream from the example with this index on, 0 being the first; needs `size`. Defaults to reading the examples before, and
   * leaving them out.
   */
  readonly startAt?: ((index: number) => Opened<item>) | undefined
  /** What the data is; goes into saved models. Defaults to `stream`. */
  readonly name?: string | undefined
  /** A checksum or version of the data; `train` refuses to resume with another. Defaults to none. */
  readonly checksum?: (() => string) | undefined
}

/**
 * A data set from a stream of examples. Memory holds the shuffle buffer and two batches, however long the stream is.
 *
 * What an epoch holds, and in which order, follows from its number and the seed alone, so a training resumed from a checkpoint
 * sees what the unbroken one would have. Passes without a seed, as `evaluate` makes, give the first examples in their order.
 *
 * @param source items of one or more whole examples each, as `fromArray` takes them, or with labels: `{ examples, labels }`. An
 *   iterator can be walked once only: pass the function that makes it
 * @param options see {@link FromStreamOptions}
 * @returns a data set; of labelled batches if the items have labels
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} while iterating: when an item does not hold such examples, a value is out of range, or the stream has
 *   more or fewer examples than `size`
 * @throws {ShapeError} while iterating: when an item does not divide into examples of that shape
 * @example
 * ```ts
 * async function* readings() {
 *   for await (const line of lines('readings.csv')) yield line.split(',').map(Number)
 * }
 * const data = fromStream(readings, { shape: [16], range: { minimum: 0, maximum: 1 }, examplesPerEpoch: 100_000, shuffleBuffer: 10_000 })
 * ```
 */
export function fromStream(
  source: StreamSource<LabelledExamples>,
  options: FromStreamOptions<LabelledExamples>,
): Dataset<LabelledBatch>
export function fromStream(source: StreamSource<ArrayValues>, options: FromStreamOptions<ArrayValues>): Dataset<Tensor>
export function fromStream(
  source: StreamSource<ArrayValues | LabelledExamples>,
  options: FromStreamOptions,
): Dataset<Batch> {
  assertOption('fromStream', 'source', source, sourceOption)
  const checks = {
    shape: shapeOption,
    range: intervalOption,
    size: positiveInteger,
    examplesPerEpoch: positiveInteger,
    shuffleBuffer: positiveInteger,
    startAt: functionOption,
    name: nameOption,
    checksum: functionOption,
  }
  assertOptions('fromStream', options, checks, ['shape', 'range'])
  const { range, size, examplesPerEpoch = size, shuffleBuffer = 1, startAt, name = 'stream', checksum } = options
  if (examplesPerEpoch === undefined) assertOptions('fromStream', options, checks, ['examplesPerEpoch'])
  if (startAt !== undefined) assertOptions('fromStream', options, checks, ['size'])
  const shape = [...options.shape]
  const count = examplesPerEpoch as number
  const stream = { name, shape, range, size, startAt, open: typeof source === 'function' ? source : () => source }
  return {
    name,
    shape,
    size: count,
    range,
    checksum,
    batches: skippable((pass, firstBatch) => {
      assertBatchOptions(pass)
      assertBackend('batches')
      const { seed, epoch = 0, batchSize } = pass
      const buffer = seed === undefined || shuffleBuffer === 1 ? undefined : { capacity: shuffleBuffer, seed, epoch }
      // What waits in a buffer follows from everything before it; without one the pass begins at its example.
      const skipped = firstBatch * batchSize
      const start = (seed === undefined ? 0 : epoch * count) + (buffer ? 0 : skipped)
      const batches = {
        shape,
        count: buffer ? count : Math.max(0, count - skipped),
        batchSize,
        buffer,
        skipped: buffer ? skipped : 0,
      }
      return prefetch({ [Symbol.asyncIterator]: () => shuffledBatches(blocksFrom(stream, start), batches) })
    }),
  }
}

/** What can be walked again and again. */
const sourceOption: OptionCheck = (value) => {
  const isOnce =
    typeof value === 'object' && value !== null && ['next', 'getReader', 'pipe'].some((name) => name in value)
  if (isOnce) return 'a function that makes such an iterator or stream, which can be walked once: fromStream(() => …)'
  const isIterable =
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  return isIterable || typeof value === 'function' ? undefined : 'an iterable of examples, or a function that makes one'
}
