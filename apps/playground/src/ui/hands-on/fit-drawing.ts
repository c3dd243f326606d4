// A drawing of many pixels as an example of the data.
import type { Pictures } from '../../engine/engine.ts'
import type { PictureShape } from '../state.ts'

/**
 * Scales a drawing to the shape of the data by the mean of what each pixel covers.
 *
 * @param ink `[side, side]`, in [0, 1], row by row
 * @param side of the square drawing
 * @param shape of the data
 * @param isCentred whether the drawing is scaled and moved as the digits of MNIST are: into 20 of 28 pixels, the centre of mass in the
 * middle
 * @returns one picture; every channel has the same values
 */
export function fitDrawing(
  ink: Float32Array,
  side: number,
  [height, width, channels]: PictureShape,
  isCentred: boolean,
): Pictures {
  const window = isCentred ? digitWindow(ink, side) : { left: 0, top: 0, size: side }
  const values = new Float32Array(height * width * channels)
  const [cellWidth, cellHeight] = [window.size / width, window.size / height]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = meanOf(
        ink,
        side,
        window.left + column * cellWidth,
        window.top + row * cellHeight,
        cellWidth,
        cellHeight,
      )
      values.fill(value, (row * width + column) * channels, (row * width + column + 1) * channels)
    }
  }
  return { values, count: 1, height, width, channels }
}

/** Whether anything has been drawn. */
export const isEmpty = (ink: Float32Array): boolean => ink.every((value) => value === 0)

/** The square of the drawing that becomes the picture of a digit. */
function digitWindow(ink: Float32Array, side: number): { left: number; top: number; size: number } {
  let [left, right, top, bottom] = [side, -1, side, -1]
  let [mass, x, y] = [0, 0, 0]
  for (const [at, value] of ink.entries()) {
    if (value === 0) continue
    const [column, row] = [at % side, Math.floor(at / side)]
    left = Math.min(left, column)
    right = Math.max(right, column)
    top = Math.min(top, row)
    bottom = Math.max(bottom, row)
    mass += value
    x += value * (column + 0.5)
    y += value * (row + 0.5)
  }
  if (mass === 0) return { left: 0, top: 0, size: side }
  // A thin stroke such as a dot is not blown up to a digit's size.
  const size = (Math.max(right - left + 1, bottom - top + 1, side / 4) * 28) / 20
  return { left: x / mass - size / 2, top: y / mass - size / 2, size }
}

/** The mean within a rectangle of fractional pixels; outside the drawing there is no ink. */
function meanOf(ink: Float32Array, side: number, left: number, top: number, width: number, height: number): number {
  let sum = 0
  const [lastRow, lastColumn] = [Math.min(side, Math.ceil(top + height)), Math.min(side, Math.ceil(left + width))]
  for (let row = Math.max(0, Math.floor(top)); row < lastRow; row++) {
    const share = Math.min(row + 1, top + height) - Math.max(row, top)
    for (let column = Math.max(0, Math.floor(left)); column < lastColumn; column++)
      sum += (ink[row * side + column] ?? 0) * share * (Math.min(column + 1, left + width) - Math.max(column, left))
  }
  return sum / (width * height)
}
