// Examples that are read out of longer arrays where they lie, perhaps overlapping, and scaled as they are read.
import { type Dataset, DatasetError, type Shape } from '@ae/core'
import { checksumOf } from './array-dataset.ts'
import { checksumOfFirst, type IndexedDataset, type Labels, readable, type Values } from './indexed-dataset.ts'

/** Numbers in memory, as the user has them. */
export type NumberArray = Values | Int8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array

/** The numbers of one channel: `values[first]`, `values[first + step]` and so on. */
export interface Channel {
  readonly values: NumberArray
  readonly first: number
  readonly step: number
}

/** What {@link stridedDataset} reads. */
export interface StridedParts {
  readonly name: string
  readonly shape: Shape
  readonly channels: readonly Channel[]
  /** Numbers of each channel in one example. */
  readonly length: number
  /** How many numbers further the next example begins. */
  readonly stride: number
  readonly size: number
  readonly labels: Labels | undefined
  readonly scale: Scale | undefined
}

/** What becomes 0 and what becomes 1. */
export interface Scale {
  readonly minimum: number
  readonly maximum: number
}

/**
 * A data set whose example i holds, for each of `length` places, one number of each channel. Bytes stand for value / 255 unless
 * there is a scale.
 *
 * @param caller the public function, for messages
 * @param parts borrowed for as long as the data set lives
 * @throws {DatasetError} when a value is not finite, or outside of the scale
 */
export function stridedDataset(caller: string, parts: StridedParts): IndexedDataset {
  const { name, shape, channels, length, stride, size, labels, scale } = parts
  const isBytes = scale === undefined && channels.every(({ values }) => isByteArray(values))
  const { minimum, maximum } = scale ?? { minimum: 0, maximum: isBytes ? 255 : 1 }
  const inData = rangeOf(caller, parts)
  const scaled = (value: number) => Math.fround((value - minimum) / (maximum - minimum))
  const arrays = [...new Set(channels.map(({ values }) => values))]
  const checksum = () =>
    [...arrays.map(checksumOf), ...(scale ? [minimum, maximum] : []), length, stride, channels.length].join(' ')
  return readable({
    name,
    shape,
    size,
    range: { minimum: scaled(inData.minimum), maximum: scaled(inData.maximum) },
    labels,
    checksum,
    first: checksumOfFirst(checksum),
    read(indices) {
      const read = new (isBytes ? Uint8Array : Float32Array)(indices.length * length * channels.length)
      const [offset, span] = isBytes ? [0, 1] : [minimum, maximum - minimum]
      for (const [channel, { values, first, step }] of channels.entries()) {
        let to = channel
        for (const index of indices) {
          for (
            let at = 0, from = first + index * stride * step;
            at < length;
            at++, from += step, to += channels.length
          ) {
            read[to] = ((values[from] as number) - offset) / span
          }
        }
      }
      return read
    },
  })
}

/** Whether numbers are bytes, which stand for value / 255. */
function isByteArray(values: NumberArray): boolean {
  return values instanceof Uint8Array || values instanceof Uint8ClampedArray
}

/** The smallest and largest number. */
function rangeOf(caller: string, { channels, scale }: StridedParts): Dataset['range'] {
  const range = { minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY }
  for (const [channel, { values, first, step }] of channels.entries()) {
    for (let at = first; at < values.length; at += step) {
      const value = values[at] as number
      const isGood = scale ? value >= scale.minimum && value <= scale.maximum : Number.isFinite(value)
      if (!isGood) {
        const place = `index ${(at - first) / step}`
        throw badValue(caller, value, scale, channels.length > 1 ? `${place} of channel ${channel}` : place)
      }
      if (value < range.minimum) range.minimum = value
      if (value > range.maximum) range.maximum = value
    }
  }
  return range
}

function badValue(caller: string, value: number, scale: Scale | undefined, place: string): DatasetError {
  return new DatasetError(
    `\`${caller}\` received a value that is ${scale ? 'outside of `minimum` and `maximum`' : 'not finite'}.`,
    {
      facts: {
        Expected: scale ? `numbers in [${scale.minimum}, ${scale.maximum}]` : 'finite float32 numbers',
        Received: `${value} at ${place}`,
      },
      fix: scale
        ? 'pass as minimum and maximum what no value exceeds, e.g. 0 and 65535 for a Uint16Array'
        : 'remove or replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32',
    },
  )
}
