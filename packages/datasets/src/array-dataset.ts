// A dataset that lies in one typed array; a batch is gathered from it by index.
import { type Dataset, type Shape, sizeOfShape } from '@ae/core'
import { crc32 } from '@ae/core/internal'
import { type IndexedDataset, type LabelledDataset, type Labels, readable, type Values } from './indexed-dataset.ts'

/** A dataset held in memory. Values that came as uint8 are stored as uint8 and become value / 255 in a batch. */
export interface ArrayDataset extends IndexedDataset {
  /** As for any {@link IndexedDataset}, at once. */
  read(indices: Uint32Array): Values
  /**
   * The first examples, sharing memory with this dataset.
   *
   * @param count how many, a positive integer; all when there are fewer
   * @returns a dataset named e.g. `mnist/train[:1000]`
   * @throws {OptionError} when count is not a positive integer
   */
  take(count: number): ArrayDataset
}

/** What a dataset is made of. */
export interface Parts {
  readonly name: string
  readonly shape: Shape
  readonly values: Values
  readonly labels: Labels | undefined
  /** See {@link Dataset}. Defaults to none. */
  readonly notes?: Dataset['notes']
}

/** A dataset of parts that were checked before. */
export function arrayDataset(parts: Parts & { readonly labels: Labels }): LabelledDataset
export function arrayDataset(parts: Parts): ArrayDataset
export function arrayDataset({ name, shape, values, labels, notes }: Parts): IndexedDataset {
  const exampleSize = sizeOfShape(shape)
  const size = values.length / exampleSize
  const read = (indices: Uint32Array): Values => {
    const read = new (values instanceof Float32Array ? Float32Array : Uint8Array)(indices.length * exampleSize)
    for (let i = 0; i < indices.length; i++) {
      const first = (indices[i] as number) * exampleSize
      read.set(values.subarray(first, first + exampleSize), i * exampleSize)
    }
    return read
  }
  const first = (count: number) => {
    const some = values.subarray(0, count * exampleSize)
    return { range: rangeOf(some), checksum: () => checksumOf(some) }
  }
  return readable({ name, shape, size, labels, notes, first, ...first(size), read })
}

/** The CRC-32 of numbers as they are stored, e.g. `crc32:0f3a77c1`. */
export function checksumOf(values: ArrayBufferView): string {
  const sum = crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return `crc32:${sum.toString(16).padStart(8, '0')}`
}

/** The smallest and largest value, those of bytes as fractions. */
function rangeOf(values: Values): Dataset['range'] {
  const unit = values instanceof Float32Array ? 1 : 255
  let minimum = Number.POSITIVE_INFINITY
  let maximum = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
    if (unit > 1 && maximum - minimum === unit) break // a byte reaches no further
  }
  return { minimum: Math.fround(minimum / unit), maximum: Math.fround(maximum / unit) }
}
