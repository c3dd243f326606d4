// A dataset that lies in one typed array; a batch is gathered from it by index, scaled, and uploaded as one tensor.
import { type BatchOptions, type Dataset, hasFused, runKernel, type Shape, sizeOfShape } from '@ae/core'
import {
  assertBackend,
  assertOption,
  assertOptions,
  crc32,
  nonNegativeInteger,
  positiveInteger,
  seedOption,
} from '@ae/core/internal'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { orderOf } from './order.ts'
import { prefetch } from './prefetch.ts'

/** One integer for each example. */
export type Labels = Uint8Array | Int32Array

/** A dataset held in memory. Values that came as uint8 are stored as uint8 and become value / 255 in a batch. */
export interface ArrayDataset extends Dataset {
  /** The label of each example in stored order, or undefined. */
  readonly labels: Labels | undefined
  /**
   * The first examples, sharing memory with this dataset.
   *
   * @param count how many, a positive integer; all when there are fewer
   * @returns a dataset named e.g. `mnist/train[:1000]`
   * @throws {OptionError} when count is not a positive integer
   */
  take(count: number): ArrayDataset
}

/** A dataset whose labels are known. */
export interface LabelledDataset extends ArrayDataset {
  readonly labels: Labels
  take(count: number): LabelledDataset
}

/** What a dataset is made of. */
export interface Parts {
  readonly name: string
  readonly shape: Shape
  readonly values: Uint8Array | Float32Array
  readonly labels: Labels | undefined
}

/** A dataset of parts that were checked before. */
export function arrayDataset(parts: Parts & { readonly labels: Labels }): LabelledDataset
export function arrayDataset(parts: Parts): ArrayDataset
export function arrayDataset({ name, shape, values, labels }: Parts): ArrayDataset {
  const exampleSize = sizeOfShape(shape)
  const size = values.length / exampleSize
  const dataset: ArrayDataset = {
    name,
    shape,
    size,
    range: rangeOf(values),
    labels,
    checksum: () => checksumOf(values),
    take(count) {
      assertOption('take', 'count', count, positiveInteger)
      if (count >= size) return dataset
      return arrayDataset({
        name: nameOfFirst(name, count),
        shape,
        values: values.subarray(0, count * exampleSize),
        labels: labels?.subarray(0, count),
      })
    },
    batches(options) {
      assertBatchOptions(options)
      assertBackend('batches')
      return prefetch({
        async *[Symbol.asyncIterator]() {
          const order = orderOf(options, size)
          for (let start = 0; start < size; start += options.batchSize) {
            yield upload(values, shape, exampleSize, order, start, Math.min(options.batchSize, size - start))
          }
        },
      })
    },
  }
  return dataset
}

/** The CRC-32 of numbers as they are stored, e.g. `crc32:0f3a77c1`. */
export function checksumOf(values: Uint8Array | Float32Array | Int32Array): string {
  const sum = crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return `crc32:${sum.toString(16).padStart(8, '0')}`
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

/** Examples `start .. start + count - 1` of the order, as one tensor `[count, ...shape]`. */
function upload(
  values: Uint8Array | Float32Array,
  shape: Shape,
  exampleSize: number,
  order: Uint32Array | undefined,
  start: number,
  count: number,
): Tensor {
  const batch = new (values instanceof Float32Array ? Float32Array : Uint8Array)(count * exampleSize)
  for (let i = 0; i < count; i++) {
    const first = (order?.[start + i] ?? start + i) * exampleSize
    batch.set(values.subarray(first, first + exampleSize), i * exampleSize)
  }
  const batchShape = [count, ...shape]
  if (batch instanceof Float32Array) return tensor(batch, batchShape, 'float32')
  if (!hasFused('AeByteFractions')) return tensor(fractionsOf(batch), batchShape, 'float32')
  const bytes = tensor(batch, batchShape, 'bool')
  try {
    return runKernel('AeByteFractions', { bytes }, {})
  } finally {
    bytes.dispose()
  }
}

function fractionsOf(bytes: Uint8Array): Float32Array {
  const fractions = new Float32Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) fractions[i] = (bytes[i] as number) / 255
  return fractions
}

/** The smallest and largest value of a batch. */
function rangeOf(values: Uint8Array | Float32Array): Dataset['range'] {
  let minimum = Number.POSITIVE_INFINITY
  let maximum = Number.NEGATIVE_INFINITY
  const isBytes = !(values instanceof Float32Array)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
    if (isBytes && maximum - minimum === 255) break // a byte reaches no further
  }
  if (!isBytes) return { minimum, maximum }
  return { minimum: Math.fround(minimum / 255), maximum: Math.fround(maximum / 255) }
}
