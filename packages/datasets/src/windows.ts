// Signals and time series as examples: windows of equal length, which may overlap, over one or more channels.
import { DatasetError } from '@ae/core'
import {
  assertOption,
  assertOptions,
  finiteNumber,
  nameOption,
  type OptionCheck,
  positiveInteger,
} from '@ae/core/internal'
import type { IndexedDataset, LabelledDataset } from './indexed-dataset.ts'
import { assertOneLabelEach } from './parts.ts'
import {
  compactValues,
  isNumberArray,
  labelsOption,
  type NumberArrayLike,
  scaleOf,
  storedLabels,
} from './stored-values.ts'
import { type Channel, stridedDataset } from './strided-dataset.ts'

/** A series of numbers over time, channel after channel at each time, or an array of such series, one for each channel. */
export type Series = NumberArrayLike | readonly NumberArrayLike[]

/** Options of {@link windows}. */
export interface WindowsOptions {
  /** How many points in time a window has. */
  readonly length: number
  /** How many points later the next window begins. Defaults to 1: all windows that there are. */
  readonly stride?: number | undefined
  /** How many channels a single array holds: all of time 0, all of time 1 and so on. Defaults to 1. */
  readonly channels?: number | undefined
  /**
   * One integer for each window, or a function that gives it: of the window's first point in time and of the point after its
   * last one. Defaults to none.
   */
  readonly labels?: ArrayLike<number> | ((start: number, end: number) => number) | undefined
  /** What becomes 0, if `maximum` is given. Defaults to 0. */
  readonly minimum?: number | undefined
  /** What becomes 1, e.g. 32767 for 16-bit sound with `minimum: -32768`. Defaults to none: numbers stay as they are. */
  readonly maximum?: number | undefined
  /** What the data is; goes into saved models. Defaults to `windows`. */
  readonly name?: string | undefined
}

/**
 * The windows of a series, of shape `[length, channels]`. They are read where they lie: overlapping windows take no memory.
 *
 * @param series numbers at equal distances in time: one array, in which the channels alternate, or an array of arrays of equal length, one
 *   for each channel. Typed arrays are borrowed for as long as the data set lives. Bytes are scaled by 1/255
 * @param options see {@link WindowsOptions}
 * @returns a data set of floor((points - length) / stride) + 1 windows; points after the last whole window are not used. For several
 *   recordings, `concat` the windows of each; for a split without overlap, split the series
 * @throws {OptionError} on an unknown or bad option, or a `series` that holds no such numbers
 * @throws {DatasetError} when the series is shorter than one window, channels have different lengths, a value is not finite
 *   or outside of `minimum` and `maximum`, or there is not one label for each window
 * @example
 * ```ts
 * const beats = windows([left, right], { length: 256, stride: 64 }) // of shape [256, 2]
 * ```
 */
export function windows(
  series: Series,
  options: WindowsOptions & { readonly labels: NonNullable<WindowsOptions['labels']> },
): LabelledDataset
export function windows(series: Series, options: WindowsOptions): IndexedDataset
export function windows(series: Series, options: WindowsOptions): IndexedDataset {
  assertOption('windows', 'series', series, seriesOption)
  const checks = {
    length: positiveInteger,
    stride: positiveInteger,
    channels: positiveInteger,
    labels: (value: unknown) => (typeof value === 'function' ? undefined : labelsOption(value)),
    minimum: finiteNumber,
    maximum: finiteNumber,
    name: nameOption,
  }
  assertOptions('windows', options, checks, ['length'])
  const { length, stride = 1, name = 'windows', labels } = options
  const channels = channelsOf(series, options.channels)
  const points = Math.min(...channels.map(({ values, step }) => Math.floor(values.length / step)))
  if (points < length) {
    throw new DatasetError('`windows` received a series that is shorter than one window.', {
      facts: { Expected: `at least ${length} points in time`, Received: String(points) },
      fix: 'pass a longer series, or a smaller `length`',
    })
  }
  const size = Math.floor((points - length) / stride) + 1
  const given =
    typeof labels === 'function'
      ? Array.from({ length: size }, (_, i) => labels(i * stride, i * stride + length))
      : labels
  const stored = given && storedLabels('windows', given)
  if (stored) assertOneLabelEach('windows', size, stored, {})
  return stridedDataset('windows', {
    name,
    shape: [length, channels.length],
    channels,
    length,
    stride,
    size,
    labels: stored,
    scale: scaleOf('windows', options),
  })
}

const seriesOption: OptionCheck = (value) =>
  isNumberArray(value) || (Array.isArray(value) && value.length > 0 && Array.from(value).every(isNumberArray))
    ? undefined
    : 'an array of numbers, or one for each channel'

/** Where each channel lies. */
function channelsOf(series: Series, alternating: number | undefined): readonly Channel[] {
  const isOne = isNumberArray(series)
  if (isOne) {
    const values = compactValues('windows', series)
    const step = alternating ?? 1
    if (values.length % step === 0) return Array.from({ length: step }, (_, first) => ({ values, first, step }))
    throw unequal(`a multiple of ${step} values, for ${step} channels`, `${values.length} values`)
  }
  const channels = series.map((channel) => ({ values: compactValues('windows', channel), first: 0, step: 1 }))
  const lengths = [...new Set(channels.map(({ values }) => values.length))]
  if (lengths.length > 1) throw unequal('arrays of equal length', `lengths ${lengths.join(', ')}`)
  if (alternating === undefined || alternating === channels.length) return channels
  throw unequal(`${alternating} arrays, for ${alternating} channels`, `${channels.length} arrays`)
}

function unequal(expected: string, received: string): DatasetError {
  return new DatasetError('`windows` received channels that do not fit together.', {
    facts: { Expected: expected, Received: received },
    fix: 'pass one array in which the channels alternate, with `channels`, or one array for each channel',
  })
}
