// A dataset that lies in one typed array; a batch is gathered from it by index.
import { type Dataset, type Shape, sizeOfShape } from '@ae/core'
import { assertOption, crc32, positiveInteger } from '@ae/core/internal'
import {
  type IndexedDataset,
  type LabelledDataset,
  type Labels,
  nameOfFirst,
  readable,
  type Values,
} from './indexed-dataset.ts'

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
}

/** A dataset of parts that were checked before. */
export function arrayDataset(parts: Parts & { readonly labels: Labels }): LabelledDataset
export function arrayDataset(parts: Parts): ArrayDataset
export function arrayDataset({ values, ...parts }: Parts): IndexedDataset {
  const { shape, labels } = parts
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
  const dataset: ArrayDataset = {
    ...readable({ ...parts, size, range: rangeOf(values), checksum: () => checksumOf(values), read }),
    read,
    take(count) {
      assertOption('take', 'count', count, positiveInteger)
      if (count >= size) return dataset
      return arrayDataset({
        name: nameOfFirst(parts.name, count),
        shape,
        values: values.subarray(0, count * exampleSize),
        labels: labels?.subarray(0, count),
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

/** The smallest and largest value of a batch. */
function rangeOf(values: Values): Dataset['range'] {
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
