// A batch of images side by side in one image.
import { assertOptions, nonNegativeInteger, type OptionCheck, positiveInteger } from '@ae/core/internal'
import {
  cast,
  pad,
  reshape,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tidy,
  tile,
  transpose,
} from '@tensorflow/tfjs-core'
import { asImageBatch } from './image-shape.ts'

/** How the images of a grid are laid out. */
export interface GridOptions {
  /** Images per row, a positive integer. Defaults to the square root of their number, rounded up. */
  readonly columns?: number | undefined
  /** Width of the lines between the images and around them, in pixels of the grid, at least 0. Defaults to 2. */
  readonly padding?: number | undefined
  /** The value of those lines and of the empty places in the last row. Defaults to 0. */
  readonly background?: number | undefined
  /** Side of the square of equal pixels that each pixel becomes, a positive integer. Defaults to 1. */
  readonly scale?: number | undefined
}

/**
 * Lays a batch of images out in rows, from left to right and from top to bottom.
 *
 * @param images `[count, height, width]` or `[count, height, width, channels]` with 1 or 3 channels, borrowed
 * @param options the layout
 * @returns one image `[rows (scale height + padding) + padding, columns (scale width + padding) + padding, channels]`,
 *   float32, owned by the caller
 * @throws {ShapeError} when `images` has another shape or holds no image
 * @throws {OptionError} when an option is unknown or out of its range
 * @example
 * ```ts
 * const picture = grid(model.sample(64, { seed: 1 }))
 * ```
 */
export function grid(images: Tensor, options: GridOptions = {}): Tensor3D {
  assertOptions('grid', options, gridChecks)
  return tidy(() => {
    const batch = asImageBatch('grid', 'images', images)
    const { columns = Math.ceil(Math.sqrt(batch.shape[0])) } = options
    return composeGrid(batch, columns, options)
  })
}

/** The checks of {@link GridOptions}. */
export const gridChecks: Readonly<Record<string, OptionCheck>> = {
  columns: positiveInteger,
  padding: nonNegativeInteger,
  background: (value) => (Number.isFinite(value) ? undefined : 'a finite number'),
  scale: positiveInteger,
}

/** `grid` after its checks; ignores `columns` of the options. */
export function composeGrid(
  images: Tensor4D,
  columns: number,
  { padding = 2, background = 0, scale = 1 }: GridOptions,
): Tensor3D {
  const tiles = enlarge(cast(images, 'float32'), scale)
  const [count, height, width, channels] = tiles.shape
  const rows = Math.ceil(count / columns)
  // Every cell has a line above it and one to its left; the other two sides of the grid are closed at the end.
  const [high, wide] = [padding + height, padding + width]
  const before: [number, number] = [padding, 0]
  const after: [number, number] = [0, padding]
  const places = pad(tiles, [[0, rows * columns - count], before, before, [0, 0]], background)
  const byRow = transpose(reshape(places, [rows, columns, high, wide * channels]), [0, 2, 1, 3])
  return pad(reshape(byRow, [rows * high, columns * wide, channels]), [after, after, [0, 0]], background)
}

/**
 * Repeats every pixel `scale` times both ways; by tiling, since resizing rounds its coordinates. Call it in a tidy:
 * it returns its input at a scale of 1, and makes temporaries at others.
 */
export function enlarge(images: Tensor4D, scale: number): Tensor4D {
  if (scale === 1) return images
  const [count, height, width, channels] = images.shape
  const wide = tile(reshape(images, [count * height * width, 1, channels]), [1, scale, 1])
  const high = tile(reshape(wide, [count * height, 1, width * scale * channels]), [1, scale, 1])
  return reshape(high, [count, height * scale, width * scale, channels])
}
