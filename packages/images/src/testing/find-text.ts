// For tests of plots: where a text is written.
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { drawText, letterHeight, textWidth } from '../font.ts'
import type { Colour, Point } from '../raster.ts'
import { findColour } from './find-colour.ts'

/**
 * @param image with texts of a scale of 1
 * @returns the pixels at which the text begins; between its dots there are none of its colour
 */
export function findText(
  image: Tensor3D,
  text: string,
  colour: Colour,
  direction: 'right' | 'up' = 'right',
): readonly Point[] {
  const key = ([x, y]: Point) => 100_000 * y + x
  const pixels = findColour(image, colour)
  const inked = new Set(pixels.map(key))
  const dots: Point[] = []
  drawText(text, [0, 0], 1, (x, y) => dots.push([x, y]), direction)
  const dotted = new Set(dots.map(key))
  const cells = Array.from({ length: textWidth(text) * letterHeight }, (_, cell): Point => {
    const [along, across] = [cell % textWidth(text), Math.floor(cell / textWidth(text))]
    return direction === 'up' ? [across, -along] : [along, across]
  })
  const [firstX, firstY] = dots[0] as Point
  const places = pixels.map(([x, y]): Point => [x - firstX, y - firstY])
  return places.filter(([x, y]) =>
    cells.every(([right, down]) => inked.has(key([x + right, y + down])) === dotted.has(key([right, down]))),
  )
}
