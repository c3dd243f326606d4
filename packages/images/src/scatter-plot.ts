// Points of the plane, coloured by label: where a model with two latents puts the examples of each class.
import { OptionError, ShapeError } from '@ae/core'
import { assertOptions, assertTensor, positiveNumber } from '@ae/core/internal'
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core'
import { createPlot, type PlotOptions, plotChecks } from './axes.ts'
import { textsOption } from './font.ts'
import { isList } from './is-list.ts'
import { lookOf } from './palette.ts'
import { assertFinite, placeOf } from './pixels.ts'
import { rangeOf } from './ticks.ts'

/** Points as plain numbers: what `pca` of `@ae/metrics` gives as `projected`. */
export interface PlainPoints {
  /** x and y of each point, one after the other; finite. */
  readonly values: ArrayLike<number>
  /** How many points. */
  readonly count: number
  /** The length of a point: 2. */
  readonly codeSize: number
}

/** How points are drawn. */
export interface ScatterPlotOptions extends PlotOptions {
  /**
   * One label per point, an integer of at least 0, which gives the point its colour. There are ten colours; labels from 10 on
   * repeat them as squares, those from 20 on as diamonds. Defaults to none: all points look alike.
   */
  readonly labels?: ArrayLike<number> | undefined
  /** The name of each label in the legend, by label. Defaults to the labels themselves. */
  readonly labelNames?: readonly string[] | undefined
  /** Radius of a point in pixels. Defaults to 3. */
  readonly radius?: number | undefined
  /** Opacity of the points, above 0 and up to 1. Defaults to 0.7. */
  readonly opacity?: number | undefined
}

/**
 * Draws points with axes, and with a legend of their labels. The same points give the same picture, byte by byte;
 * later points cover earlier ones.
 *
 * @param points `[count, 2]`, x to the right and y upwards: a tensor, or plain numbers; borrowed
 * @param options labels, size and texts
 * @returns one image `[height, width, 3]` from 0 to 1, owned by the caller
 * @throws {ShapeError} when `points` has another shape, holds no point, or when there is not one label per point
 * @throws {OptionError} when an option is unknown or out of its range, a label has no name, or there is too little room
 * @throws {AutoencoderError} when a coordinate is NaN or infinite
 * @example
 * ```ts
 * const picture = await scatterPlot(codes, { labels, axisNames: ['z0', 'z1'] })
 * ```
 */
export async function scatterPlot(points: Tensor | PlainPoints, options: ScatterPlotOptions = {}): Promise<Tensor3D> {
  assertOptions('scatterPlot', options, {
    ...plotChecks,
    labels: (value) =>
      isList(value) && Array.from(value).every((label) => Number.isSafeInteger(label) && Number(label) >= 0)
        ? undefined
        : 'an array of integers of at least 0',
    labelNames: textsOption,
    radius: positiveNumber,
    opacity: (value) =>
      positiveNumber(value) === undefined && Number(value) <= 1 ? undefined : 'a number above 0 and up to 1',
  })
  const { labels, labelNames, radius = 3, opacity = 0.7 } = options
  const { shape, read } = sourceOf(points)
  assertPoints(shape, labels)
  const seen = [...new Set(Array.from(labels ?? []))].sort((a, b) => a - b)
  assertNames(seen, labelNames)

  const values = Float64Array.from(await read())
  assertFinite('scatterPlot', 'points', values, (index) => placeOf(index, 2, 1))
  const legend = seen.map((label) => ({ name: labelNames?.[label] ?? String(label), ...lookOf(label) }))
  const coordinates = (axis: number) => values.filter((_, index) => index % 2 === axis)
  const { raster, place } = createPlot(
    'scatterPlot',
    options,
    [{ range: rangeOf(coordinates(0)) }, { range: rangeOf(coordinates(1)) }],
    legend,
  )
  for (let point = 0; point < values.length / 2; point++) {
    const { shape, colour } = lookOf(labels?.[point] ?? 0)
    raster.mark(shape, place(Number(values[2 * point]), Number(values[2 * point + 1])), radius, colour, opacity)
  }
  return raster.toTensor()
}

/** The shape of the points, and what reads them. */
function sourceOf(points: unknown): {
  readonly shape: readonly number[]
  readonly read: () => ArrayLike<number> | Promise<ArrayLike<number>>
} {
  const { values, count, codeSize } = (points ?? {}) as Readonly<Record<string, unknown>>
  if (isList(values) && values.length === Number(count) * Number(codeSize)) {
    return { shape: [Number(count), Number(codeSize)], read: () => values as ArrayLike<number> }
  }
  assertTensor('scatterPlot', 'points', points)
  return { shape: points.shape, read: () => points.data() }
}

function assertPoints(shape: readonly number[], labels: ArrayLike<number> | undefined): void {
  const [count = 0, size] = shape
  if (shape.length !== 2 || size !== 2 || count === 0) {
    throw new ShapeError('`scatterPlot` received `points` of the wrong shape.', {
      facts: { Expected: '[count, 2], at least one point', Received: `[${shape.join(', ')}]` },
      fix: 'pass two columns, e.g. tf.slice(points, [0, 0], [-1, 2]), or project the points to a plane first',
    })
  }
  if (labels === undefined || labels.length === count) return
  throw new ShapeError('`scatterPlot` received the wrong number of `labels`.', {
    facts: { Expected: `${count}, one per point`, Received: String(labels.length) },
    fix: 'pass the labels of these points, in their order',
  })
}

function assertNames(labels: readonly number[], names: readonly string[] | undefined): void {
  const highest = labels.at(-1) ?? Number.POSITIVE_INFINITY
  if (names === undefined || highest < names.length) return
  throw new OptionError('`scatterPlot` received `labelNames` that do not fit its `labels`.', {
    facts: {
      Expected: labels.length === 0 ? '`labels`, one per point' : `a name for each label up to ${highest}`,
      Received: `${names.length} names`,
    },
    fix: labels.length === 0 ? 'pass the labels too' : 'pass the names of all classes, in the order of their labels',
  })
}
