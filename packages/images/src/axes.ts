// The frame of a plot: a title, two axes with round numbers, and a legend.
import { OptionError } from '@ae/core'
import { type OptionCheck, positiveInteger } from '@ae/core/internal'
import { letterHeight, lineHeight, textOption, textsOption, textWidth } from './font.ts'
import type { Look } from './palette.ts'
import { type Colour, createRaster, type Point, type Raster } from './raster.ts'
import { type Range, type Tick, ticksOf } from './ticks.ts'

/** The size of a plot and the texts of its frame, which are printable ASCII. */
export interface PlotOptions {
  /** Pixels from left to right. Defaults to 640. */
  readonly width?: number | undefined
  /** Pixels from top to bottom. Defaults to 480. */
  readonly height?: number | undefined
  /** A text above the plot. Defaults to none. */
  readonly title?: string | undefined
  /** The names of the axes, below and to the left. Defaults to none. */
  readonly axisNames?: readonly [x: string, y: string] | undefined
  /** Pixels per dot of a letter, in each direction. Defaults to 2. */
  readonly textScale?: number | undefined
}

/** One line of a legend. */
export interface Entry extends Look {
  readonly name: string
  /** Of its mark, as in the plot. Defaults to 1. */
  readonly opacity?: number | undefined
}

/** What an axis shows. */
export interface Axis {
  readonly range: Range
  /** The smallest step between its numbers. Defaults to none. */
  readonly leastStep?: number | undefined
  /** What stands at its whole numbers from 0 on instead of these; where not all fit, the plot is refused. */
  readonly names?: readonly string[] | undefined
}

/** A plot with its frame, ready for data. */
export interface Plot {
  readonly raster: Raster
  /** The pixel at which a data point is drawn. */
  place(x: number, y: number): Point
}

/** The checks of {@link PlotOptions}. */
export const plotChecks: Readonly<Record<string, OptionCheck>> = {
  width: positiveInteger,
  height: positiveInteger,
  title: textOption,
  axisNames: (value) =>
    textsOption(value) === undefined && (value as readonly string[]).length === 2
      ? undefined
      : "two strings of printable ASCII, e.g. ['z0', 'z1']",
  textScale: positiveInteger,
}

/** The colour of texts and axes. */
export const dark: Colour = [0.15, 0.15, 0.15]
const pale: Colour = [0.9, 0.9, 0.9]

/**
 * Draws the frame.
 *
 * @param functionName for messages
 * @param options after their checks
 * @param axes what they show
 * @param legend entries to the right of the plot, possibly none
 * @throws {OptionError} when the picture is too small for its frame
 */
export function createPlot(
  functionName: string,
  options: PlotOptions,
  [xAxis, { range: yRange, leastStep: yStep }]: readonly [x: Axis, y: Axis],
  legend: readonly Entry[],
): Plot {
  const { width = 640, height = 480, title = '', axisNames = ['', ''], textScale: scale = 2 } = options
  const [xName, yName] = axisNames
  const gap = 3 * scale
  const line = lineHeight * scale + gap
  const widthOf = (text: string) => textWidth(text) * scale
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(widthOf))

  // The plot takes the space that the texts leave.
  const top = 2 * gap + (title === '' ? 0 : line)
  const bottom = height - 2 * gap - line - (xName === '' ? 0 : line)
  const yTicks = ticksOf(yRange, Math.max(3, Math.floor((bottom - top) / (2 * line))), yStep)
  const left = (yName === '' ? 0 : line) + gap + widest(yTicks.map(({ text }) => text)) + 2 * gap
  const rows = Math.max(1, Math.floor((bottom - top) / line))
  const legendColumn = 6 * gap + widest(legend.map(({ name }) => name))
  const right = width - Math.max(Math.ceil(legend.length / rows) * legendColumn, 6 * gap)
  const { names, range: xRange } = xAxis
  const namesWidth = names === undefined ? 0 : Math.ceil((xRange[1] - xRange[0]) * (widest(names) + gap))
  const missing: Point = [
    Math.max(150 * scale, widthOf(title), widthOf(xName), namesWidth) - (right - left),
    Math.max(50 * scale, widthOf(yName)) - (bottom - top),
  ]
  assertRoom(functionName, [width, height], missing)
  const xTicks = ticksSideBySide(xAxis, right - left, (text) => widthOf(text) + 2 * gap)

  const raster = createRaster(width, height)
  const toX = (x: number) => left + ((x - xRange[0]) / (xRange[1] - xRange[0])) * (right - left)
  const toY = (y: number) => bottom - ((y - yRange[0]) / (yRange[1] - yRange[0])) * (bottom - top)
  const stroke = Math.ceil(scale / 2)
  const text = (words: string, x: number, y: number, direction?: 'up') =>
    raster.text(words, [Math.round(x), Math.round(y)], scale, dark, direction)

  for (const tick of xTicks) {
    const x = Math.round(toX(tick.value))
    raster.rectangle([x, top], [x + stroke, bottom], pale)
    raster.rectangle([x, bottom], [x + stroke, bottom + gap], dark)
    text(tick.text, x - widthOf(tick.text) / 2, bottom + 2 * gap)
  }
  for (const tick of yTicks) {
    const y = Math.round(toY(tick.value))
    raster.rectangle([left, y], [right, y + stroke], pale)
    raster.rectangle([left - gap, y], [left, y + stroke], dark)
    text(tick.text, left - 2 * gap - widthOf(tick.text), y - (letterHeight * scale) / 2)
  }
  raster.rectangle([left, top], [left + stroke, bottom], dark)
  raster.rectangle([left, bottom], [right, bottom + stroke], dark)

  text(title, left + (right - left - widthOf(title)) / 2, 1.5 * gap)
  text(xName, left + (right - left - widthOf(xName)) / 2, bottom + 2 * gap + line)
  text(yName, gap, bottom - (bottom - top - widthOf(yName)) / 2, 'up')
  for (const [index, { name, colour, shape, opacity = 1 }] of legend.entries()) {
    const x = right + 2 * gap + Math.floor(index / rows) * legendColumn
    const y = top + (index % rows) * line
    raster.mark(shape, [x + gap, y + 3 * scale], gap, colour, opacity)
    text(name, x + 3 * gap, y)
  }
  return { raster, place: (x, y) => [toX(x), toY(y)] }
}

/** As many ticks as fit next to each other, or one for each name. */
function ticksSideBySide(
  { range, leastStep, names }: Axis,
  room: number,
  widthOf: (text: string) => number,
): readonly Tick[] {
  if (names !== undefined) return names.map((text, value) => ({ value, text }))
  for (let most = 10; most > 3; most--) {
    const ticks = ticksOf(range, most, leastStep)
    if (ticks.every(({ text }) => widthOf(text) < room / ticks.length)) return ticks
  }
  return ticksOf(range, 3, leastStep)
}

function assertRoom(functionName: string, [width, height]: Point, [missingWidth, missingHeight]: Point): void {
  if (missingWidth <= 0 && missingHeight <= 0) return
  const [wide, high] = [width + Math.max(0, missingWidth), height + Math.max(0, missingHeight)]
  throw new OptionError(`\`${functionName}\` has no room left for the plot.`, {
    facts: { Expected: `at least ${wide} x ${high} pixels`, Received: `${width} x ${height}` },
    fix: 'pass a larger width and height, or a smaller textScale',
  })
}
