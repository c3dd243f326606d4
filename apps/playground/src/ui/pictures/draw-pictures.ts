// Pictures on canvases. Drawn ones are ink on the paper of the page, in both themes; photographs keep their own colours.

import type { Pictures } from '../../engine/engine.ts'
import { onThemeChange } from '../foundation/theme.ts'
import { contextOf } from './canvas-context.ts'

/** How the values of pictures become colours. */
export type Look = 'ink' | 'photograph'

/** A canvas that shows pictures in a grid, and shows them again when the theme changes. */
export interface PictureCanvas {
  readonly element: HTMLCanvasElement
  /** @param pictures undefined clears the canvas */
  show(pictures: Pictures | undefined, look: Look): void
}

/** Own pictures are photographs more often than not. */
export const lookOf = (dataset: string): Look => (dataset === 'yours' ? 'photograph' : 'ink')

/**
 * Makes a canvas for pictures.
 *
 * @param label what it shows, for those who do not see it
 * @param columns pictures side by side
 * @param gap pixels of the pictures between two of them. Defaults to 2
 */
export function pictureCanvas(label: string, columns: number, gap = 2): PictureCanvas {
  const element = document.createElement('canvas')
  element.className = 'pictures'
  element.setAttribute('role', 'img')
  element.setAttribute('aria-label', label)
  let shown: readonly [Pictures, Look] | undefined
  const draw = () => {
    if (shown) drawGrid(element, ...shown, columns, gap)
    else contextOf(element)?.clearRect(0, 0, element.width, element.height)
  }
  onThemeChange(draw)
  return {
    element,
    show(pictures, look) {
      shown = pictures && [pictures, look]
      draw()
    },
  }
}

/** Draws pictures in rows of `columns`, pixel by pixel, and rows of a table as bars; the canvas takes their size. */
export function drawGrid(
  canvas: HTMLCanvasElement,
  pictures: Pictures,
  look: Look,
  columns: number,
  gap: number,
): void {
  const { count, height, width } = pictures
  const rows = Math.ceil(count / columns)
  canvas.width = columns * (width + gap) - gap
  const tall = height === 1 ? Math.ceil(width / 2) : height
  canvas.height = rows * (tall + gap) - gap
  canvas.classList.toggle('cells', height === 1)
  const context = contextOf(canvas)
  if (context === null) return
  const ink = colourOf(canvas)
  for (let index = 0; index < count; index++) {
    const image = context.createImageData(width, height)
    fillPixels(image.data, pictures, index, look, ink)
    const [left, top] = [(index % columns) * (width + gap), Math.floor(index / columns) * (tall + gap)]
    for (let line = 0; line < tall; line += height) context.putImageData(image, left, top + line)
  }
}

/** The colour of text in an element, as red, green and blue from 0 to 255. */
export function colourOf(element: Element): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] =
    getComputedStyle(element)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? []
  return [red, green, blue]
}

/**
 * Writes the pixels of one picture: ink whose opacity is the value, or the values as grey or colours. The numbers of a table have no bounds:
 * there 0 is half the ink. Nothing is drawn where a value is NaN.
 *
 * @param pixels `[height, width, 4]`, as of `ImageData`
 */
export function fillPixels(
  pixels: Uint8ClampedArray,
  { values, height, width, channels }: Pictures,
  index: number,
  look: Look,
  [red, green, blue]: readonly [number, number, number],
): void {
  const from = index * height * width * channels
  const isRow = height === 1 && channels === 1
  for (let pixel = 0; pixel < height * width; pixel++) {
    const first = from + pixel * channels
    const given = values[first] ?? 0
    const value = 255 * (isRow ? 1 / (1 + Math.exp(-given)) : given)
    const isInk = (look === 'ink' || isRow) && channels === 1
    pixels[4 * pixel] = isInk ? red : value
    pixels[4 * pixel + 1] = isInk ? green : channels < 3 ? value : 255 * (values[first + 1] ?? 0)
    pixels[4 * pixel + 2] = isInk ? blue : channels < 3 ? value : 255 * (values[first + 2] ?? 0)
    pixels[4 * pixel + 3] = isInk ? value : Number.isNaN(value) ? 0 : 255
  }
}

/** One of some pictures. */
export function pictureAt({ values, height, width, channels }: Pictures, index: number): Pictures {
  const size = height * width * channels
  return { values: values.slice(index * size, (index + 1) * size), count: 1, height, width, channels }
}

/** All pictures of some in one, in their order. They have the same shape. */
export function joined(all: readonly Pictures[]): Pictures | undefined {
  const [first] = all
  if (first === undefined) return undefined
  const size = first.height * first.width * first.channels
  const count = all.reduce((sum, pictures) => sum + pictures.count, 0)
  const values = new Float32Array(count * size)
  let at = 0
  for (const pictures of all) {
    values.set(pictures.values, at)
    at += pictures.values.length
  }
  return { ...first, values, count }
}
