// Random changes that leave what an example shows: more variety from the same data. Images are resampled here instead of by
// tf.image.transform, so that every backend sees the same numbers; on `cpu` that transforms only the first image of a batch.
import { type Batch, type Dataset, normals, type Shape, ShapeError, sizeOfShape, uniforms } from '@ae/core'
import {
  assertDataset,
  assertOptions,
  finiteNumber,
  nonNegativeNumber,
  type OptionCheck,
  oneOf,
  positiveInteger,
  positiveNumber,
  seedOption,
} from '@ae/core/internal'
import { tensor } from '@tensorflow/tfjs-core'
import { changed } from './changed.ts'

/** Options of {@link augment}: each names one change; those that are left out are not made. */
export interface AugmentOptions {
  /** Cuts a window at a random place and enlarges it to the full size; this is the smallest share of the height and width. */
  readonly crop?: number | undefined
  /** Rotates about the centre by up to so many degrees, either way. */
  readonly rotate?: number | undefined
  /** Moves by up to so many whole pixels along each axis, either way. */
  readonly shift?: number | undefined
  /** Mirrors left and right, top and bottom, or both ways, each with probability 1/2. */
  readonly flip?: 'horizontal' | 'vertical' | 'both' | undefined
  /** Adds Gaussian noise of this standard deviation to each value, cut off at the ends of the data's range. */
  readonly noise?: number | undefined
  /** The value of what comes from outside of an image. Defaults to the smallest value of the data. */
  readonly fill?: number | undefined
  /** Seeds all of it. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * The same data, changed at random: in the order crop, rotate, shift, flip, noise. A shuffled pass, as `train` makes, draws anew for
 * each example in each epoch; the draws follow from `seed`, the epoch and the example's place in it, so that a resumed training
 * sees the same. Passes in stored order, as `evaluate` makes, give the data unchanged.
 *
 * @param dataset with labels or without; borrowed. All but `noise` need images `[height, width, channels]`
 * @param options see {@link AugmentOptions}
 * @returns a data set named e.g. `mnist/train augmented`. Values between pixels are interpolated linearly
 * @throws {OptionError} on an unknown or bad option
 * @throws {ShapeError} when examples are not images and anything but `noise` is asked for
 * @example
 * ```ts
 * const varied = augment(digits, { shift: 2, rotate: 10 })
 * ```
 */
export function augment<batch extends Batch>(dataset: Dataset<batch>, options: AugmentOptions): Dataset<batch> {
  assertDataset('augment', 'dataset', dataset)
  assertOptions('augment', options, {
    crop: shareOption,
    rotate: positiveNumber,
    shift: positiveInteger,
    flip: oneOf('horizontal', 'vertical', 'both'),
    noise: nonNegativeNumber,
    fill: finiteNumber,
    seed: seedOption,
  })
  const { name, shape, size, range } = dataset
  const {
    crop,
    rotate,
    shift,
    flip,
    noise = 0,
    seed = 0,
    fill = Number.isFinite(range.minimum) ? range.minimum : 0,
  } = options
  const moves = [crop, rotate, shift, flip].some((option) => option !== undefined)
  if (moves && shape.length !== 3) {
    throw new ShapeError('`augment` received examples that are not images.', {
      facts: { Expected: '[height, width, channels]', Received: `[${shape.join(', ')}] (${name})` },
      fix: 'pass images, or `noise` alone, which changes data of any shape',
    })
  }
  return changed(dataset, {
    name: `${name} augmented`,
    range: moves ? { minimum: Math.min(range.minimum, fill), maximum: Math.max(range.maximum, fill) } : range,
    checksum: dataset.checksum && (() => `${dataset.checksum?.()}, augmented ${JSON.stringify(options)}`),
    notes: dataset.notes,
    async change(examples, { pass, first }) {
      if (pass === 0) return examples.clone() // in stored order
      const values = (await examples.data()) as Float32Array
      const changed = moves ? new Float32Array(values.length) : values.slice()
      const exampleSize = sizeOfShape(shape)
      for (let start = 0; start < values.length; start += exampleSize) {
        const address = { seed, step: pass * size + first + start / exampleSize }
        const example = changed.subarray(start, start + exampleSize)
        if (moves) {
          const source = sourceOf(shape, options, uniforms('augmentation', address, 8))
          resample(values.subarray(start, start + exampleSize), example, shape, source, fill)
        }
        if (noise > 0) addNoise(example, normals('augmentation noise', address, exampleSize), noise, range)
      }
      return tensor(changed, examples.shape, 'float32')
    },
  })
}

const shareOption: OptionCheck = (value) =>
  Number.isFinite(value) && Number(value) > 0 && Number(value) <= 1 ? undefined : 'a number above 0, at most 1'

/** Where in the image the pixel at a place comes from: x = xx u + xy v + x0, y = yx u + yy v + y0. */
interface Source {
  readonly x: readonly [xx: number, xy: number, x0: number]
  readonly y: readonly [yx: number, yy: number, y0: number]
}

/** Draws a change of place; from the result back to the image: flip, shift, rotate, crop. */
function sourceOf(
  shape: Shape,
  { crop = 1, rotate = 0, shift = 0, flip }: AugmentOptions,
  draws: Float32Array,
): Source {
  const [height = 1, width = 1] = shape
  const [flipX = 0, flipY = 0, shiftX = 0, shiftY = 0, turn = 0, zoom = 0, cropX = 0, cropY = 0] = draws
  const isMirrored = (axis: AugmentOptions['flip'], draw: number) => (flip === axis || flip === 'both') && draw < 0.5
  const signX = isMirrored('horizontal', flipX) ? -1 : 1
  const signY = isMirrored('vertical', flipY) ? -1 : 1
  const moved = (draw: number) => Math.floor(draw * (2 * shift + 1)) - shift
  const angle = ((2 * turn - 1) * rotate * Math.PI) / 180
  const share = crop + zoom * (1 - crop)
  const [cosine, sine] = [share * Math.cos(angle), share * Math.sin(angle)]
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2]
  // About the centre: u = sign (place - centre) - moved, then turned, scaled, and moved to the centre of the window.
  const u = -signX * centreX - moved(shiftX)
  const v = -signY * centreY - moved(shiftY)
  const windowX = centreX * (1 + (2 * cropX - 1) * (1 - share))
  const windowY = centreY * (1 + (2 * cropY - 1) * (1 - share))
  return {
    x: [cosine * signX, sine * signY, cosine * u + sine * v + windowX],
    y: [-sine * signX, cosine * signY, cosine * v - sine * u + windowY],
  }
}

/** Fills `out` with the image seen through `source`, interpolated linearly. */
function resample(image: Float32Array, out: Float32Array, shape: Shape, { x, y }: Source, fill: number): void {
  const [height = 1, width = 1, channels = 1] = shape
  const at = (row: number, column: number, channel: number) =>
    row >= 0 && row < height && column >= 0 && column < width
      ? (image[(row * width + column) * channels + channel] as number)
      : fill
  let place = 0
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const fromX = x[0] * column + x[1] * row + x[2]
      const fromY = y[0] * column + y[1] * row + y[2]
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
      const [right, down] = [fromX - left, fromY - top]
      for (let channel = 0; channel < channels; channel++) {
        const above = at(top, left, channel) * (1 - right) + at(top, left + 1, channel) * right
        const below = at(top + 1, left, channel) * (1 - right) + at(top + 1, left + 1, channel) * right
        out[place++] = above * (1 - down) + below * down
      }
    }
  }
}

function addNoise(
  example: Float32Array,
  noise: Float32Array,
  deviation: number,
  { minimum, maximum }: Dataset['range'],
) {
  for (let i = 0; i < example.length; i++) {
    const value = (example[i] as number) + deviation * (noise[i] as number)
    example[i] = Math.min(maximum, Math.max(minimum, value))
  }
}
