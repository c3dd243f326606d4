// Pictures of one shape each, drawn from five factors that are known: what measures of disentanglement need. Our own drawings, made
// as the data set is asked for; they resemble dSprites (Matthey, Higgins, Hassabis and Lerchner, 2017) but are not those pictures.
import { assertOption, assertOptions, type OptionCheck } from '@ae/core/internal'
import { arrayDataset } from './array-dataset.ts'
import type { LabelledDataset } from './indexed-dataset.ts'
import { labelsOption } from './stored-values.ts'

/** Options of {@link shapes}. */
export interface ShapesOptions {
  /** The width and height of a picture in pixels, 32 or 64. Defaults to 32. */
  readonly imageSize?: 32 | 64 | undefined
}

/** The factors that examples were made from. */
export interface ShapeFactors {
  /** `shape` (square, ellipse, heart), `scale`, `orientation`, `x` and `y`. */
  readonly names: readonly ['shape', 'scale', 'orientation', 'x', 'y']
  /** How many values each factor takes: 3, 4, 8, 8 and 8. */
  readonly sizes: readonly [3, 4, 8, 8, 8]
  /** `[examples, 5]`, row after row: integers from 0 to the factor's size - 1. */
  readonly values: Int32Array
}

const names = ['shape', 'scale', 'orientation', 'x', 'y'] as const
const sizes = [3, 4, 8, 8, 8] as const
const count = 3 * 4 * 8 * 8 * 8

/**
 * Grey pictures `[imageSize, imageSize, 1]` with values in [0, 1]: each a white square, ellipse or heart on black, with every
 * combination of 4 scales, 8 orientations, 8 places along x and 8 along y. 6,144 examples, each combination once, the last
 * factor changing fastest. Orientations cover a quarter turn, so that no two pictures of a shape are the same.
 *
 * The label of an example is its number among the 6,144: {@link shapeFactors} tells its factors, after `split` and `take` too.
 *
 * @param options see {@link ShapesOptions}
 * @returns the data set, 6 MB at 32 pixels; the same numbers everywhere
 * @throws {OptionError} on an unknown or bad option
 * @example
 * ```ts
 * const [training, testing] = split(shapes(), { fractions: [0.8, 0.2] })
 * const { values } = shapeFactors(testing.labels)
 * ```
 */
export function shapes(options: ShapesOptions = {}): LabelledDataset {
  assertOptions('shapes', options, { imageSize: imageSizeOption })
  const { imageSize = 32 } = options
  const values = new Uint8Array(count * imageSize * imageSize)
  const unit = imageSize / 32
  const sprites = spritesOf(18 * unit)
  for (let index = 0; index < count; index++) {
    const sprite = sprites[Math.floor(index / 64)] as Uint8Array
    const [left, top] = [2 * unit * (Math.floor(index / 8) % 8), 2 * unit * (index % 8)]
    for (let row = 0, width = 18 * unit; row < width; row++) {
      const pixels = sprite.subarray(row * width, (row + 1) * width)
      values.set(pixels, (index * imageSize + top + row) * imageSize + left)
    }
  }
  const labels = Int32Array.from({ length: count }, (_, index) => index)
  return arrayDataset({ name: `shapes/${imageSize}`, shape: [imageSize, imageSize, 1], values, labels })
}

/**
 * The factors of examples of {@link shapes}.
 *
 * @param labels of that data set, or a part of it; borrowed
 * @returns a row of five integers for each label
 * @throws {OptionError} when a label is not one of that data set
 */
export function shapeFactors(labels: ArrayLike<number>): ShapeFactors {
  assertOption('shapeFactors', 'labels', labels, shapeLabels)
  const values = new Int32Array(labels.length * sizes.length)
  for (let i = 0; i < labels.length; i++) {
    let rest = labels[i] as number
    for (let factor = sizes.length - 1; factor >= 0; factor--) {
      const size = sizes[factor] as number
      values[i * sizes.length + factor] = rest % size
      rest = Math.floor(rest / size)
    }
  }
  return { names, sizes, values }
}

const imageSizeOption: OptionCheck = (value) => (value === 32 || value === 64 ? undefined : '32 or 64')

const shapeLabels: OptionCheck = (value) =>
  labelsOption(value) === undefined &&
  Array.from(value as ArrayLike<unknown>).every(
    (label) => Number.isInteger(label) && Number(label) >= 0 && Number(label) < count,
  )
    ? undefined
    : `labels of shapes(), integers from 0 to ${count - 1}`

/** Every shape at every scale and orientation, in the middle of a square of `width` pixels; 4 x 4 samples for each pixel. */
function spritesOf(width: number): readonly Uint8Array[] {
  const tests = [isInSquare, isInEllipse, isInHeart]
  return tests.flatMap((isInside) =>
    [3, 4, 5, 6].flatMap((sixths) =>
      Array.from({ length: 8 }, (_, step) => {
        const radius = (sixths / 6) * (width / 2)
        const angle = (step * Math.PI) / 16
        // Rounded, because the last bit of a cosine differs between engines.
        const [cosine, sine] = [rounded(Math.cos(angle) / radius), rounded(Math.sin(angle) / radius)]
        const pixels = new Uint8Array(width * width)
        for (let sample = 0; sample < pixels.length * 16; sample++) {
          const pixel = sample >> 4
          const right = (pixel % width) + ((sample & 3) + 0.5) / 4 - width / 2
          const down = Math.floor(pixel / width) + (((sample >> 2) & 3) + 0.5) / 4 - width / 2
          if (isInside(cosine * right + sine * down, cosine * down - sine * right)) {
            pixels[pixel] = (pixels[pixel] as number) + 1
          }
        }
        return pixels.map((covered) => Math.round((covered * 255) / 16))
      }),
    ),
  )
}

/** Each within the unit circle, y downwards. */
function isInSquare(x: number, y: number): boolean {
  return Math.abs(x) <= 0.7 && Math.abs(y) <= 0.7
}

function isInEllipse(x: number, y: number): boolean {
  return x * x + 4 * y * y <= 1
}

function isInHeart(x: number, y: number): boolean {
  const [u, v] = [1.25 * x, 0.1 - 1.25 * y]
  const round = u * u + v * v - 1
  return round * round * round <= u * u * v * v * v
}

function rounded(value: number): number {
  return Math.round(value * 2 ** 24) / 2 ** 24
}
