// Pictures into a batch: from elements, files and cameras of a page to the input of a model.
import { OptionError, type Shape } from '@ae/core'
import { assertOptions, type OptionCheck, oneOf, show } from '@ae/core/internal'
import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core'
import { fitImage } from './fit-image.ts'
import { type ImageSource, type RgbaPixels, readRgba } from './image-source.ts'
import type { Values } from './resample.ts'

/** How pictures become a batch. */
export interface ReadImagesOptions {
  /**
   * The shape of one image, `[height, width, 1]` for grey or `[height, width, 3]` for red, green and blue: the `inputShape`
   * of a model.
   */
  readonly shape: Shape
  /**
   * How a picture with other proportions is fitted: `contain` shows all of it and fills the rest with `background`, `cover`
   * fills the image and crops both sides equally, `stretch` distorts. Defaults to `contain`.
   */
  readonly fit?: 'contain' | 'cover' | 'stretch' | undefined
  /**
   * Whether what is drawn is `light` on dark, as MNIST's digits are, or `dark` on light, as on paper. Dark drawings are
   * inverted: 1 - value. Defaults to `light`.
   */
  readonly ink?: 'light' | 'dark' | undefined
  /**
   * The value behind transparent pixels and around a picture that does not fill the image: grey from 0 (black) to 1 (white),
   * before `ink` inverts it. Defaults to 0 for light ink and to 1 for dark ink.
   */
  readonly background?: number | undefined
}

/**
 * Reads pictures as one batch, in a page or a Worker.
 *
 * Values run from 0 (black) to 1 (white): bytes divided by 255, without gamma correction. Grey is
 * `0.299 red + 0.587 green + 0.114 blue` (ITU-R BT.601, as in Pillow and TensorFlow). Pictures are scaled with a triangle
 * filter that counts every pixel (Pillow's `BILINEAR`), the same in every browser.
 *
 * @param sources one picture or several: `ImageData`, a canvas, an `<img>`, a `<video>` or `VideoFrame` as it is now, an
 *   `ImageBitmap`, a file; borrowed: none is changed or closed
 * @param options the shape of an image, and how pictures are fitted
 * @returns `[count, ...shape]`, float32, owned by the caller
 * @throws {OptionError} when an option is unknown or out of its range, or there is no picture
 * @throws {AutoencoderError} when a source has no pixels, is not a picture, or comes from another origin
 * @example
 * ```ts
 * const x = await readImages(canvas, { shape: [28, 28, 1], ink: 'dark' })
 * ```
 */
export async function readImages(
  sources: ImageSource | readonly ImageSource[],
  options: ReadImagesOptions,
): Promise<Tensor4D> {
  assertOptions('readImages', options, checks, ['shape'])
  const list = Array.isArray(sources) ? (sources as readonly ImageSource[]) : [sources as ImageSource]
  if (list.length === 0 || Array.from(list).some((source) => typeof source !== 'object' || source === null)) {
    throw new OptionError('`readImages` received bad `sources`.', {
      facts: { Expected: 'a picture, or a list of at least one', Received: show(sources) },
      fix: 'pass e.g. a canvas, an <img> or an ImageData',
    })
  }
  const [height, width, channels] = options.shape as [number, number, number]
  const size = height * width * channels
  const batch = new Float32Array(list.length * size)
  for (const [index, source] of list.entries()) {
    const pixels = await readRgba('readImages', source)
    batch.set(toImage(pixels, [height, width, channels], options), index * size)
  }
  return tensor4d(batch, [list.length, height, width, channels])
}

const checks: Readonly<Record<string, OptionCheck>> = {
  shape: (value) =>
    Array.isArray(value) &&
    value.length === 3 &&
    Array.from(value).every((length) => Number.isSafeInteger(length) && length > 0) &&
    (value[2] === 1 || value[2] === 3)
      ? undefined
      : '[height, width, 1] or [height, width, 3]',
  fit: oneOf('contain', 'cover', 'stretch'),
  ink: oneOf('light', 'dark'),
  background: (value) => (typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'a number from 0 to 1'),
}

function toImage(
  pixels: RgbaPixels,
  [height, width, channels]: readonly [number, number, number],
  { fit = 'contain', ink = 'light', background = ink === 'light' ? 0 : 1 }: ReadImagesOptions,
): Float32Array {
  const picture = toValues(pixels, channels, background)
  const image = fitImage(picture, width, height, fit, background)
  return ink === 'light' ? image.data : image.data.map((value) => 1 - value)
}

/** Over the background where they are transparent, as `channels` values a pixel from 0 to 1. */
function toValues({ width, height, data }: RgbaPixels, channels: number, background: number): Values {
  const values = new Float32Array(width * height * channels)
  let to = 0
  for (let from = 0; from < data.length; from += 4) {
    const [red, green, blue, opacity] = [at(data, from), at(data, from + 1), at(data, from + 2), at(data, from + 3)]
    const behind = (1 - opacity) * background
    if (channels === 1) {
      values[to++] = opacity * (0.299 * red + 0.587 * green + 0.114 * blue) + behind
      continue
    }
    values[to++] = opacity * red + behind
    values[to++] = opacity * green + behind
    values[to++] = opacity * blue + behind
  }
  return { width, height, channels, data: values }
}

function at(bytes: RgbaPixels['data'], index: number): number {
  return (bytes[index] as number) / 255
}
