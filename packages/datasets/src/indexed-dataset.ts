// Data sets whose examples can be read in any order: in memory, in files, or computed. A pass reads, uploads and prefetches batches.
import {
  type BatchOptions,
  type Dataset,
  DatasetError,
  hasFused,
  runKernel,
  type Shape,
  sizeOfShape,
  skippable,
} from '@ae/core'
import {
  anything,
  assertBackend,
  assertOption,
  assertOptions,
  functionOption,
  intervalOption,
  nameOption,
  nonNegativeInteger,
  optional,
  positiveInteger,
  seedOption,
  shapeOption,
  show,
} from '@ae/core/internal'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { orderOf } from './order.ts'
import { prefetch } from './prefetch.ts'

/** One integer for each example. */
export type Labels = Uint8Array | Int32Array

/** The values of examples: bytes stand for value / 255, other numbers for themselves. */
export type Values = Uint8Array | Float32Array

/** A data set whose examples can be read in any order; {@link indexedDataset} makes one from a function that reads. */
export interface IndexedDataset extends Dataset {
  /** The label of each example in stored order, or undefined. */
  readonly labels: Labels | undefined
  /**
   * Reads examples.
   *
   * @param indices from 0 to `size` - 1, in any order, perhaps some more than once; borrowed
   * @returns the values of these examples one after the other; the array is new, and the caller's
   */
  read(indices: Uint32Array): Values | Promise<Values>
  /**
   * The examples of one pass, in its order. Defaults to every example once: in stored order, or by the seed's `order` stream.
   *
   * @returns `size` indices
   */
  readonly order?: ((pass: BatchOptions) => Uint32Array) | undefined
  /**
   * The first examples, sharing memory with this data set.
   *
   * @param count how many, a positive integer; all when there are fewer
   * @returns a data set named e.g. `mnist/train[:1000]`
   * @throws {OptionError} when count is not a positive integer
   */
  take(count: number): IndexedDataset
}

/** A data set whose labels are known. */
export interface LabelledDataset extends IndexedDataset {
  readonly labels: Labels
  take(count: number): LabelledDataset
}

/** What {@link indexedDataset} makes a data set from. */
export interface IndexedParts {
  /** What the data is; goes into saved models. */
  readonly name: string
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly shape: Shape
  /** The number of examples, at least 1. */
  readonly size: number
  /** The smallest and largest value, those of bytes divided by 255; bounds if the values are not known. */
  readonly range: Dataset['range']
  /** One integer for each example. Defaults to none. */
  readonly labels?: Labels | undefined
  /** What models that it trains shall say about it, such as the names of its classes. Defaults to none. */
  readonly notes?: Dataset['notes']
  /** A checksum of all examples, if one is known or cheap; see `Dataset`. Defaults to none. */
  readonly checksum?: (() => string) | undefined
  /** Reads examples; see {@link IndexedDataset.read}. Called once for each batch, one batch ahead of the consumer. */
  read(indices: Uint32Array): Values | Promise<Values>
}

/**
 * A data set of examples that can be read in any order, such as records of a file or pictures in a folder. Only the batches
 * that are in use are in memory.
 *
 * @param parts what the data is, and how to read it
 * @returns a data set; with `labels`, one that `withLabels` takes
 * @throws {OptionError} on an unknown or bad part
 * @throws {DatasetError} while iterating: when `read` gives too many or too few values, other types, NaN or infinite ones
 * @example
 * ```ts
 * const waves = indexedDataset({
 *   name: 'waves', shape: [64], size: 1_000_000, range: { minimum: -1, maximum: 1 },
 *   read: (indices) => Float32Array.from({ length: indices.length * 64 }, (_, i) => Math.sin(indices[i >> 6] * (i & 63))),
 * })
 * ```
 */
export function indexedDataset(parts: IndexedParts & { readonly labels: Labels }): LabelledDataset
export function indexedDataset(parts: IndexedParts): IndexedDataset
export function indexedDataset(parts: IndexedParts): IndexedDataset {
  const checks = {
    name: nameOption,
    shape: shapeOption,
    size: positiveInteger,
    range: intervalOption,
    labels: optional(labelsOption),
    notes: anything,
    checksum: optional(functionOption),
    read: functionOption,
  }
  assertOptions('indexedDataset', parts, checks, ['name', 'shape', 'size', 'range', 'read'])
  const { name, shape, size, labels, checksum } = parts
  if (labels !== undefined && labels.length !== size) {
    throw new DatasetError('`indexedDataset` received the wrong number of labels.', {
      facts: { Data: name, Expected: `${size}, one for each example`, Received: String(labels.length) },
      fix: 'pass the labels of the same examples',
    })
  }
  const exampleSize = sizeOfShape(shape)
  return readable({
    ...parts,
    shape: [...shape],
    first: checksumOfFirst(checksum),
    async read(indices) {
      const values: unknown = await parts.read(indices)
      assertRead(values, name, indices, exampleSize)
      return values
    },
  })
}

/** What {@link readable} knows beyond {@link IndexedParts}. */
interface ReadableParts extends IndexedParts {
  readonly order?: IndexedDataset['order']
  /** What differs for the first `count` examples, besides name, size and labels. */
  first?(count: number): Partial<ReadableParts>
}

/** {@link indexedDataset} of parts that are right. */
export function readable(parts: ReadableParts): IndexedDataset {
  const { name, shape, size, range, labels, notes, checksum, read, order = (pass) => orderOf(pass, size) } = parts
  const dataset: IndexedDataset = {
    name,
    shape,
    size,
    range,
    labels,
    notes,
    checksum,
    take(count) {
      assertOption('take', 'count', count, positiveInteger)
      if (count >= size) return dataset
      return readable({
        ...parts,
        ...parts.first?.(count),
        name: nameOfFirst(name, count),
        size: count,
        labels: labels?.subarray(0, count),
      })
    },
    batches: skippable((options, firstBatch) => {
      assertBatchOptions(options)
      assertBackend('batches')
      return prefetch({
        async *[Symbol.asyncIterator]() {
          const all = order(options)
          for (let start = firstBatch * options.batchSize; start < size; start += options.batchSize) {
            const indices = all.slice(start, start + options.batchSize)
            yield upload(await read(indices), [indices.length, ...shape])
          }
        },
      })
    }),
    read,
    order,
  }
  if (parts.order === undefined) ofAll.add(order)
  return dataset
}

/** The orders that have every example once in a pass; they stay such in a copy of their data set. */
const ofAll = new WeakSet<NonNullable<IndexedDataset['order']>>()

/** Whether a data set has an order of its own, such as one that is drawn by weight. */
export function hasOwnOrder(dataset: IndexedDataset): boolean {
  return dataset.order !== undefined && !ofAll.has(dataset.order)
}

/** The checksum of the first examples, from that of all: the same only where both are. */
export function checksumOfFirst(checksum: IndexedParts['checksum']): NonNullable<ReadableParts['first']> {
  return (count) => ({ checksum: checksum && (() => `${checksum()}[:${count}]`) })
}

/** Checks what `batches(options)` of a data set received. */
export function assertBatchOptions(options: BatchOptions): void {
  const checks = { batchSize: positiveInteger, seed: seedOption, epoch: nonNegativeInteger }
  assertOptions('batches', options, checks, ['batchSize'])
}

/** The name of a dataset's first examples, e.g. `mnist/train[:1000]`. */
export function nameOfFirst(name: string, count: number): string {
  return `${name.replace(/\[:\d+\]$/, '')}[:${count}]`
}

/** Values as a tensor of float32, which takes the memory of a Float32Array over. */
export function upload(values: Values, shape: number[]): Tensor {
  if (values instanceof Float32Array) return tensor(values, shape, 'float32')
  if (!hasFused('AeByteFractions')) return tensor(fractionsOf(values), shape, 'float32')
  const bytes = tensor(values, shape, 'bool')
  try {
    return runKernel('AeByteFractions', { bytes }, {})
  } finally {
    bytes.dispose()
  }
}

/** What bytes stand for. */
export function fractionsOf(bytes: Uint8Array): Float32Array {
  const fractions = new Float32Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) fractions[i] = (bytes[i] as number) / 255
  return fractions
}

const labelsOption = (value: unknown) =>
  value instanceof Uint8Array || value instanceof Int32Array ? undefined : 'a Uint8Array or an Int32Array'

/** @throws {DatasetError} when these are not the values of `indices` */
function assertRead(
  values: unknown,
  name: string,
  indices: Uint32Array,
  exampleSize: number,
): asserts values is Values {
  const expected = indices.length * exampleSize
  const refuse = (received: string, fix: string) =>
    new DatasetError('`indexedDataset` received wrong values from `read`.', {
      facts: {
        Data: name,
        Expected: `${expected} finite values, ${exampleSize} for each of ${indices.length} examples`,
        Received: received,
      },
      fix,
    })
  if (!(values instanceof Uint8Array || values instanceof Float32Array)) {
    throw refuse(show(values), 'return a Float32Array, or a Uint8Array of bytes that stand for value / 255')
  }
  if (values.length !== expected) {
    throw refuse(`${values.length} values`, 'return the values of every index, one example after the other')
  }
  if (values instanceof Uint8Array) return
  let at = 0
  while (at < values.length && Number.isFinite(values[at])) at++ // `findIndex` takes ten times as long
  if (at === values.length) return
  throw refuse(
    `${values[at]}: example ${indices[Math.floor(at / exampleSize)]}, value ${at % exampleSize} of it`,
    'replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32',
  )
}
