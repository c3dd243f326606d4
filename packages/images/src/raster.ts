// A picture under construction: white at first; rectangles, marks, lines and texts are blended over what is there.
import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core'
import { drawText } from './font.ts'

/** Red, green and blue from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number]

/** A place in pixels from the upper left corner; the centre of the first pixel is at 0. */
export type Point = readonly [x: number, y: number]

/** The form of a mark. */
export type Shape = 'disc' | 'square' | 'diamond' | 'bar'

/** The pixels, and what draws on them; nothing is drawn outside. */
export interface Raster {
  /** Fills whole pixels from `from` up to, not with, `to`; an `opacity` of 1, the default, covers what is there. */
  rectangle(from: Point, to: Point, colour: Colour, opacity?: number): void
  /** Draws a mark of `radius` around `centre` with soft edges; an `opacity` of 1 covers what is there. */
  mark(shape: Shape, centre: Point, radius: number, colour: Colour, opacity: number): void
  /** Draws a straight line with round ends and soft edges. */
  line(from: Point, to: Point, width: number, colour: Colour): void
  /** Draws a text, as `drawText` does. */
  text(text: string, place: Point, scale: number, colour: Colour, direction?: 'right' | 'up'): void
  /** @returns the picture, `[height, width, 3]` from 0 to 1, owned by the caller */
  toTensor(): Tensor3D
}

/** How far a mark's edge is, in units of its radius along the axes. */
const distances: Readonly<Record<Shape, (x: number, y: number) => number>> = {
  disc: Math.hypot,
  square: (x, y) => 1.13 * Math.max(Math.abs(x), Math.abs(y)), // of the area of the disc
  diamond: (x, y) => 0.8 * (Math.abs(x) + Math.abs(y)),
  bar: (x, y) => Math.max(4 * Math.abs(x), 0.8 * Math.abs(y)), // upright
}

/** @returns a white picture of `width` by `height` pixels */
export function createRaster(width: number, height: number): Raster {
  const values = new Float32Array(width * height * 3).fill(1)

  const blend = (x: number, y: number, colour: Colour, share: number) => {
    if (share <= 0 || x < 0 || y < 0 || x >= width || y >= height) return
    const at = (y * width + x) * 3
    for (const [channel, value] of colour.entries()) {
      const before = values[at + channel] as number
      values[at + channel] = before + share * (value - before)
    }
  }

  /** Blends by a distance: a pixel half a pixel inside the edge is covered, half a pixel outside it is not. */
  const soften = (
    [left, top]: Point,
    [right, bottom]: Point,
    colour: Colour,
    opacity: number,
    outside: (x: number, y: number) => number,
  ) => {
    const [lastX, lastY] = [Math.min(width - 1, Math.ceil(right)), Math.min(height - 1, Math.ceil(bottom))]
    for (let y = Math.max(0, Math.floor(top)); y <= lastY; y++) {
      for (let x = Math.max(0, Math.floor(left)); x <= lastX; x++) {
        blend(x, y, colour, opacity * Math.min(1, 0.5 - outside(x, y)))
      }
    }
  }

  return {
    rectangle: ([left, top], [right, bottom], colour, opacity = 1) => {
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) blend(x, y, colour, opacity)
    },
    mark: (shape, [x, y], radius, colour, opacity) => {
      const distance = distances[shape]
      const reach = 1.3 * radius + 1
      const outside = (column: number, row: number) => distance(column - x, row - y) - radius
      soften([x - reach, y - reach], [x + reach, y + reach], colour, opacity, outside)
    },
    line: ([x, y], [toX, toY], lineWidth, colour) => {
      const [wide, high, reach] = [toX - x, toY - y, lineWidth / 2 + 1]
      const square = wide * wide + high * high || 1
      const outside = (column: number, row: number) => {
        const along = Math.min(1, Math.max(0, ((column - x) * wide + (row - y) * high) / square))
        return Math.hypot(column - x - along * wide, row - y - along * high) - lineWidth / 2
      }
      const corner: Point = [Math.min(x, toX) - reach, Math.min(y, toY) - reach]
      soften(corner, [Math.max(x, toX) + reach, Math.max(y, toY) + reach], colour, 1, outside)
    },
    text: (text, place, scale, colour, direction) => {
      drawText(text, place, scale, (x, y) => blend(x, y, colour, 1), direction)
    },
    toTensor: () => tensor3d(values, [height, width, 3]),
  }
}
