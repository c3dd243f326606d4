// Lines through points, with axes and a legend.
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { createPlot, type PlotOptions } from './axes.ts'
import { lookOf } from './palette.ts'
import type { Point } from './raster.ts'
import { rangeOf } from './ticks.ts'

/** A line and its name in the legend. */
export interface Line {
  readonly name: string
  /** Finite, at least one. */
  readonly points: readonly Point[]
}

/**
 * Draws lines in the colours of the palette. Where the points lie at whole numbers, such as epochs, so do the numbers on the x axis.
 *
 * @param functionName for messages
 * @param lines at least one
 * @param options after their checks
 * @returns one image `[height, width, 3]` from 0 to 1, owned by the caller
 */
export function drawLines(
  functionName: string,
  lines: readonly Line[],
  options: PlotOptions & { readonly lineWidth: number },
): Tensor3D {
  const all = lines.flatMap(({ points }) => points)
  const [x, y] = [all.map(([x]) => x), all.map(([, y]) => y)]
  const axes = [{ range: rangeOf(x), leastStep: x.every(Number.isInteger) ? 1 : 0 }, { range: rangeOf(y) }] as const
  const legend = lines.map(({ name }, index) => ({ name, ...lookOf(index) }))
  const { raster, place } = createPlot(functionName, options, axes, legend)
  for (const [index, { points }] of lines.entries()) {
    const { colour } = lookOf(index)
    const places = points.map((point) => place(...point))
    for (const [at, to] of places.entries()) raster.line(places[at - 1] ?? to, to, options.lineWidth, colour)
    // A line of one point is a dot, large enough to be seen.
    if (places.length === 1) raster.mark('disc', places[0] as Point, Math.max(4, options.lineWidth / 2), colour, 1)
  }
  return raster.toTensor()
}
