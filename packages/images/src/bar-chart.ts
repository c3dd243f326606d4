// One bar per number, such as the KL divergence of each latent.
import { OptionError, ShapeError } from '@ae/core'
import { assertOptions, show } from '@ae/core/internal'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { createPlot, dark, type PlotOptions, plotChecks } from './axes.ts'
import { textsOption } from './font.ts'
import { isNumbers } from './is-list.ts'
import { lookOf } from './palette.ts'
import { extentOf } from './ticks.ts'

/** How bars are drawn. */
export interface BarChartOptions extends PlotOptions {
  /** One text per bar, below it. Defaults to 0, 1, 2 and so on, as many as there is room for. */
  readonly names?: readonly string[] | undefined
}

/**
 * Draws one bar per number, from 0 up or down, with axes.
 *
 * @param values finite, at least one
 * @param options names, size and texts
 * @returns one image `[height, width, 3]` from 0 to 1, owned by the caller
 * @throws {OptionError} when `values` are something else, an option is unknown or out of its range, or there is too little room
 * @throws {ShapeError} when there is not one name per bar
 * @example
 * ```ts
 * const picture = barChart(await klPerLatent(model, digits), { axisNames: ['latent', 'KL [nats]'] })
 * ```
 */
export function barChart(values: ArrayLike<number>, options: BarChartOptions = {}): Tensor3D {
  assertOptions('barChart', options, { ...plotChecks, names: textsOption })
  const { names } = options
  if (!isNumbers(values) || values.length === 0) {
    throw new OptionError('`barChart` received bad `values`.', {
      facts: { Expected: 'finite numbers, at least one', Received: show(values) },
      fix: 'pass an array of numbers, e.g. await klPerLatent(model, data) of @ae/metrics',
    })
  }
  if (names !== undefined && names.length !== values.length) {
    throw new ShapeError('`barChart` received the wrong number of `names`.', {
      facts: { Expected: `${values.length}, one per bar`, Received: String(names.length) },
      fix: 'pass one name per value, in their order',
    })
  }
  const [least, most] = extentOf([0, ...Array.from(values)])
  // A bar begins at an end of the axis, unless bars go both ways.
  const margin = 0.05 * (most - least) || 1
  const y = [least < 0 ? least - margin : 0, most > 0 || least === 0 ? most + margin : 0] as const
  const axes = [{ range: [-0.7, values.length - 0.3] as const, leastStep: 1, names }, { range: y }] as const
  const { raster, place } = createPlot('barChart', options, axes, [])
  const { colour } = lookOf(0)
  for (let i = 0; i < values.length; i++) {
    const [left, foot] = place(i - 0.4, 0)
    const [right, head] = place(i + 0.4, values[i] as number)
    const [from, to] = [Math.round(left), Math.max(Math.round(left) + 1, Math.round(right))]
    raster.rectangle([from, Math.round(Math.min(foot, head))], [to, Math.round(Math.max(foot, head))], colour)
  }
  if (least < 0 && most > 0) {
    const [[left, zero], [right]] = [place(-0.7, 0), place(values.length - 0.3, 0)]
    raster.rectangle([Math.round(left), Math.round(zero)], [Math.round(right), Math.round(zero) + 1], dark)
  }
  return raster.toTensor()
}
