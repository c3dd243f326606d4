// The peak signal-to-noise ratio of pictures.
import type { Shape } from '@ae/core'
import { assertOptions, positiveNumber } from '@ae/core/internal'
import { meanSquaredError } from '@ae/losses'
import type * as tf from '@tensorflow/tfjs-core'
import {
  measurePictures,
  type PictureMeasure,
  pictureMeasure,
  picturePair,
  pictureShapeOption,
} from './picture-pair.ts'

/** Options of {@link psnr}. */
export interface PsnrOptions {
  /**
   * The distance between black and white, in the pictures' unit: 1 for pixels in [0, 1], 255 for those of 8 bits. It is never
   * guessed from the pixels, as other libraries do.
   */
  readonly range: number
  /** The shape of one picture, `[height, width]` or `[height, width, channels]`. Defaults to that of the tensors. */
  readonly shape?: Shape | undefined
}

/**
 * The peak signal-to-noise ratio of each picture, 10 log10(range^2 / mean squared error), and its mean. Other libraries give
 * instead the ratio of the mean squared error of all pictures together.
 *
 * @param pictures `[count, height, width, channels]`, `[count, height, width]`, or flat with the option `shape`; borrowed
 * @param originals what they are compared with, of the same shape; borrowed
 * @param options see {@link PsnrOptions}
 * @returns dB, higher is better; Infinity for a picture that equals its original, and then the mean and its standard error too
 * @throws {OptionError} on a bad option, or a missing range
 * @throws {ShapeError} when the shapes differ or are not those of pictures
 * @throws {DisposedError} when a tensor is disposed of
 * @example
 * ```ts
 * const { value, values } = await psnr(model.reconstruct(digits), digits, { range: 1 })
 * ```
 */
export async function psnr(pictures: tf.Tensor, originals: tf.Tensor, options: PsnrOptions): Promise<PictureMeasure> {
  assertOptions('psnr', options, { range: positiveNumber, shape: pictureShapeOption }, ['range'])
  const { range } = options
  const errors = await measurePictures(picturePair('psnr', pictures, originals, options.shape), meanSquaredError)
  const values = errors.map((error) => 20 * Math.log10(range) - 10 * Math.log10(error))
  const measure = pictureMeasure(values, 'dB', `10 log10(${range}^2 / mean squared error)`)
  return values.includes(Infinity) ? { ...measure, value: Infinity, standardError: Infinity } : measure
}
