// Ten colours that people with the usual kinds of colour blindness can also tell apart (Petroff, "Accessible Color Sequences
// for Data Visualization", 2021, https://arxiv.org/abs/2107.02270, the sequence of ten).
import type { Colour, Shape } from './raster.ts'

const colours = [0x3f90da, 0xffa90e, 0xbd1f01, 0x94a4a2, 0x832db6, 0xa96b59, 0xe76300, 0xb9ac70, 0x717581, 0x92dadd]

const shapes: readonly Shape[] = ['disc', 'square', 'diamond']

/** How one label or series looks. */
export interface Look {
  readonly colour: Colour
  readonly shape: Shape
}

/** @returns the look of the label or series `index`: ten colours, then the same colours in other shapes, up to 30 */
export function lookOf(index: number): Look {
  const colour = colours[index % colours.length] as number
  return {
    colour: [(colour >> 16) / 255, ((colour >> 8) & 255) / 255, (colour & 255) / 255],
    shape: shapes[Math.floor(index / colours.length) % shapes.length] as Shape,
  }
}
