// For tests of plots: where a colour is.
import type { Tensor3D } from '@tensorflow/tfjs-core'
import type { Colour, Point } from '../raster.ts'

/** @returns the pixels of exactly this colour, row by row */
export function findColour(image: Tensor3D, colour: Colour): readonly Point[] {
  const [, width] = image.shape
  const values = image.dataSync()
  const wanted = Float32Array.from(colour)
  const found: Point[] = []
  for (let at = 0; at < values.length; at += 3) {
    if (values[at] !== wanted[0] || values[at + 1] !== wanted[1] || values[at + 2] !== wanted[2]) continue
    found.push([(at / 3) % width, Math.floor(at / 3 / width)])
  }
  return found
}
