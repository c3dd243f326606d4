// How numbers are distributed, such as the anomaly scores of normal and other examples, with the threshold between them.
import { OptionError } from '@ae/core'
import { assertOptions, countInBins, countOption, finiteNumber, oneOf, show } from '@ae/core/internal'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { createPlot, dark, type Entry, type PlotOptions, plotChecks } from './axes.ts'
import { textOption } from './font.ts'
import { isList, isNumbers } from './is-list.ts'
import { lookOf } from './palette.ts'
import { extentOf, rangeOf } from './ticks.ts'

/** How a histogram is drawn. */
export interface HistogramOptions extends PlotOptions {
  /** Bins of equal width, from 1 to 2^20. Defaults to 40. */
  readonly bins?: number | undefined
  /** Where an upright line stands, a finite number. Defaults to no line. */
  readonly threshold?: number | undefined
  /**
   * What the height of a bin is: how many values it has, or their share of the values of its series, which compares series of
   * different lengths. Defaults to `count`.
   */
  readonly heights?: 'count' | 'share' | undefined
  /** The names of the axes. Defaults to `['score', 'examples']`, or with `heights: 'share'` to `['score', 'share of examples']`. */
  readonly axisNames?: readonly [x: string, y: string] | undefined
}

/**
 * Draws how often values fall in each of some bins of equal width; several series share the bins, and are drawn over each other.
 *
 * @param series finite values, at least one: of one series, or of several by name
 * @param options bins, threshold, size and texts
 * @returns one image `[height, width, 3]` from 0 to 1, owned by the caller
 * @throws {OptionError} when a series holds something else, an option is unknown or out of its range, or there is too little room
 * @example
 * ```ts
 * const picture = histogram({ normal: await score(model, test), other: await score(model, other) }, { threshold: limit })
 * ```
 */
export function histogram(
  series: ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>,
  options: HistogramOptions = {},
): Tensor3D {
  assertOptions('histogram', options, {
    ...plotChecks,
    bins: countOption,
    threshold: finiteNumber,
    heights: oneOf('count', 'share'),
  })
  const { bins = 40, threshold, heights = 'count' } = options
  const { axisNames = ['score', heights === 'count' ? 'examples' : 'share of examples'] } = options
  const named = seriesByName(series)
  const all = named.flatMap(([, values]) => Array.from(values))
  const [least, most] = extentOf(all)
  const [low, high] = most > least ? [least, most] : [least - 0.5, most + 0.5]
  const width = (high - low) / bins
  const columns = named.map(([, values]) => {
    const counts = countInBins(values, { minimum: low, maximum: high, bins })
    return counts.map((count) => (heights === 'count' ? count : count / values.length))
  })
  const top = 1.05 * extentOf(columns.flat())[1]

  const opacity = columns.length === 1 ? 1 : 0.55
  const legend: Entry[] = named.map(([name], index) => ({ name, ...lookOf(index), shape: 'square', opacity }))
  if (threshold !== undefined) legend.push({ name: 'threshold', colour: dark, shape: 'bar' })
  const axes = [
    { range: rangeOf(threshold === undefined ? [low, high] : [low, high, threshold]) },
    { range: [0, top], leastStep: heights === 'count' ? 1 : 0 },
  ] as const
  const shown = legend.filter(({ name }) => name !== '')
  const { raster, place } = createPlot('histogram', { ...options, axisNames }, axes, shown)
  const pixel = (x: number, y: number) => place(x, y).map(Math.round) as [number, number]
  for (const [index, column] of columns.entries()) {
    const { colour } = lookOf(index)
    for (const [bin, height] of column.entries()) {
      const [left, head] = pixel(low + bin * width, height)
      const [right, foot] = pixel(low + (bin + 1) * width, 0)
      raster.rectangle([left, head], [right, foot], colour, opacity)
    }
  }
  if (threshold !== undefined) {
    const [[x, head], [, foot]] = [pixel(threshold, top), pixel(threshold, 0)]
    raster.rectangle([x - 1, head], [x + 1, foot], dark)
  }
  return raster.toTensor()
}

/** Series with their names; one without a name has the empty one. */
function seriesByName(series: unknown): readonly (readonly [name: string, values: ArrayLike<number>])[] {
  const named: [string, unknown][] = isList(series) ? [['', series]] : Object.entries(series ?? {})
  const [first] = named
  if (first === undefined || typeof series !== 'object') throw badSeries('numbers, or numbers by name', show(series))
  for (const [name, values] of named) {
    if (textOption(name) !== undefined) throw badSeries('names of printable ASCII, for the legend', show(name))
    if (isNumbers(values) && values.length > 0) continue
    throw badSeries('at least one finite number per series', `${show(values)}${name === '' ? '' : ` as ${show(name)}`}`)
  }
  return named as [string, ArrayLike<number>][]
}

function badSeries(expected: string, received: string): OptionError {
  return new OptionError('`histogram` received bad `series`.', {
    facts: { Expected: expected, Received: received },
    fix: 'pass an array of numbers, or several by name, e.g. { normal: scores, other: otherScores }',
  })
}
