// A line chart of numbers over steps or epochs, such as losses.
import { OptionError } from '@ae/core'
import { assertOptions, positiveNumber, show } from '@ae/core/internal'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { type PlotOptions, plotChecks } from './axes.ts'
import { drawLines } from './draw-lines.ts'
import { textOption } from './font.ts'
import { isNumbers } from './is-list.ts'

/** How lines are drawn. */
export interface LineChartOptions extends PlotOptions {
  /** Where the values lie along the x axis, finite, one per value. Defaults to 1, 2, 3 and so on. */
  readonly x?: ArrayLike<number> | undefined
  /** Width of a line in pixels. Defaults to 3. */
  readonly lineWidth?: number | undefined
}

/**
 * Draws one line per series, with axes and a legend. The colours repeat after ten.
 *
 * @param series values by name: at least one series, finite values, at most as many as there are in `x`
 * @param options size and texts
 * @returns one image `[height, width, 3]` from 0 to 1, owned by the caller
 * @throws {OptionError} when a series holds something else, an option is unknown or out of its range, or there is too
 *   little room
 * @example
 * ```ts
 * const picture = lineChart({ training: [0.09, 0.05, 0.04], test: [0.06, 0.05, 0.04] }, { axisNames: ['epoch', 'mse'] })
 * ```
 */
export function lineChart(
  series: Readonly<Record<string, ArrayLike<number>>>,
  options: LineChartOptions = {},
): Tensor3D {
  assertOptions('lineChart', options, {
    ...plotChecks,
    x: (value) => (isNumbers(value) ? undefined : 'an array of finite numbers'),
    lineWidth: positiveNumber,
  })
  const { lineWidth = 3 } = options
  if (typeof series !== 'object' || series === null) throw badSeries('numbers by name', show(series))
  const lines = Object.entries(series)
  for (const [name, values] of lines) assertSeries(name, values, options.x?.length)
  if (lines.length === 0) throw badSeries('at least one, by name', '{}')

  const x = Array.from(options.x ?? { length: Math.max(...lines.map(([, values]) => values.length)) }, (value, index) =>
    Number(value ?? index + 1),
  )
  return drawLines(
    'lineChart',
    lines.map(([name, values]) => ({ name, points: Array.from(values, (value, at) => [x[at] as number, value]) })),
    { ...options, lineWidth },
  )
}

function assertSeries(name: string, values: unknown, most = Number.POSITIVE_INFINITY): void {
  if (textOption(name) !== undefined) throw badSeries('names of printable ASCII, for the legend', show(name))
  if (!isNumbers(values) || values.length === 0) {
    throw badSeries('at least one finite number per series', `${show(values)} as ${show(name)}`)
  }
  if (values.length > most)
    throw badSeries(`at most ${most} values, as many as in x`, `${values.length} as ${show(name)}`)
}

function badSeries(expected: string, received: string): OptionError {
  return new OptionError('`lineChart` received bad `series`.', {
    facts: { Expected: expected, Received: received },
    fix: 'pass numbers by name, e.g. { training: [0.09, 0.05], test: [0.08, 0.06] }',
  })
}
