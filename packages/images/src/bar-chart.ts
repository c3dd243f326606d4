// One bar per number, such as the KL divergence of each latent.
import { OptionError, ShapeError } from '@ae/core'
import { assertOptions, show } from '@ae/core/internal'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { createPlot, dark, type PlotOptions, plotChecks } from './axes.ts'
import { textsOption } from './font.ts'
import { isList } from './is-list.ts'
import { lookOf } from './palette.ts'
import { extentOf } from './ticks.ts'

/** A number that is known up to its standard error: an `Estimate` of `@ae/metrics` is one. */
export interface EstimatedBar {
  /** Its height, finite. */
  readonly value: number
  /** In the same unit, at least 0. Defaults to none. */
  readonly standardError?: number | undefined
}

/** How bars are drawn. */
export interface BarChartOptions extends PlotOptions {
  /** One text per bar, below it. Defaults to 0, 1, 2 and so on, as many as there is room for. */
  readonly names?: readonly string[] | undefined
}

/**
 * Draws one bar per number, from 0 up or down, with axes. Where a standard error is given, a thin line reaches as far to both sides of
 * the bar's end.
 *
 * @param values finite, at least one: numbers, or estimates
 * @param options names, size and texts
 * @returns one image `[height, width, 3]` from 0 to 1, owned by the caller
 * @throws {OptionError} when `values` are something else, an option is unknown or out of its range, or there is too little room
 * @throws {ShapeError} when there is not one name per bar
 * @example
 * ```ts
 * const picture = barChart(await klPerLatent(model, digits), { axisNames: ['latent', 'KL [nats]'] })
 * ```
 */
export function barChart(values: ArrayLike<number> | readonly EstimatedBar[], options: BarChartOptions = {}): Tensor3D {
  assertOptions('barChart', options, { ...plotChecks, names: textsOption })
  const { names } = options
  if (!isList(values) || values.length === 0 || !Array.from<unknown>(values).every(isBar)) {
    throw new OptionError('`barChart` received bad `values`.', {
      facts: { Expected: 'finite numbers or estimates, at least one', Received: show(values) },
      fix: 'pass an array of numbers, or of estimates, e.g. await klPerLatent(model, data) of @ae/metrics',
    })
  }
  const bars = Array.from<number | EstimatedBar, { value: number; standardError: number }>(values, (bar) =>
    typeof bar === 'number'
      ? { value: bar, standardError: 0 }
      : { value: bar.value, standardError: bar.standardError ?? 0 },
  )
  if (names !== undefined && names.length !== values.length) {
    throw new ShapeError('`barChart` received the wrong number of `names`.', {
      facts: { Expected: `${values.length}, one per bar`, Received: String(names.length) },
      fix: 'pass one name per value, in their order',
    })
  }
  const [least, most] = extentOf([
    0,
    ...bars.flatMap(({ value, standardError: error }) => [value - error, value + error]),
  ])
  // A bar begins at an end of the axis, unless bars go both ways.
  const margin = 0.05 * (most - least) || 1
  const y = [least < 0 ? least - margin : 0, most > 0 || least === 0 ? most + margin : 0] as const
  const axes = [{ range: [-0.7, values.length - 0.3] as const, leastStep: 1, names }, { range: y }] as const
  const { raster, place } = createPlot('barChart', options, axes, [])
  const { colour } = lookOf(0)
  for (const [i, { value, standardError }] of bars.entries()) {
    const [left, foot] = place(i - 0.4, 0)
    const [right, head] = place(i + 0.4, value)
    const [from, to] = [Math.round(left), Math.max(Math.round(left) + 1, Math.round(right))]
    raster.rectangle([from, Math.round(Math.min(foot, head))], [to, Math.round(Math.max(foot, head))], colour)
    if (standardError === 0) continue
    const [x, end] = place(i, value - standardError)
    const [, begin] = place(i, value + standardError)
    raster.rectangle([Math.round(x) - 1, Math.round(begin)], [Math.round(x) + 1, Math.round(end)], dark)
  }
  if (least < 0 && most > 0) {
    const [[left, zero], [right]] = [place(-0.7, 0), place(values.length - 0.3, 0)]
    raster.rectangle([Math.round(left), Math.round(zero)], [Math.round(right), Math.round(zero) + 1], dark)
  }
  return raster.toTensor()
}

function isBar(bar: unknown): boolean {
  if (typeof bar === 'number') return Number.isFinite(bar)
  const { value, standardError = 0 } = (bar ?? {}) as Readonly<Record<string, unknown>>
  return Number.isFinite(value) && Number.isFinite(standardError) && Number(standardError) >= 0
}
