// The structural similarity of pictures.
// Wang, Bovik, Sheikh and Simoncelli, Image quality assessment: from error visibility to structural similarity, 2004.
import * as tf from '@tensorflow/tfjs-core'
import { measurePictures, type PictureMeasure, pictureMeasure, picturePair } from './picture-pair.ts'
import { assertWindowFits, type SsimOptions, similarityMaps, similarityOf } from './similarity-maps.ts'

/**
 * The structural similarity of each picture with its original, averaged over places and channels, and its mean. The defaults
 * are the definition of Wang et al.; what other libraries compute by default is different, and a matter of options: the page
 * docs/evaluation.md says which.
 *
 * @param pictures `[count, height, width, channels]`, `[count, height, width]`, or flat with the option `shape`; borrowed
 * @param originals what they are compared with, of the same shape; borrowed
 * @param options see {@link SsimOptions}
 * @returns at most 1, which only equal pictures have; 0 and below for pictures that are not alike
 * @throws {OptionError} on a bad option, or a missing range
 * @throws {ShapeError} when the shapes differ, are not those of pictures, or the pictures are smaller than the window
 * @throws {DisposedError} when a tensor is disposed of
 * @example
 * ```ts
 * const { value } = await ssim(model.reconstruct(digits), digits, { range: 1 })
 * ```
 */
export async function ssim(pictures: tf.Tensor, originals: tf.Tensor, options: SsimOptions): Promise<PictureMeasure> {
  const similarity = similarityOf('ssim', options)
  const pair = picturePair('ssim', pictures, originals, options.shape)
  assertWindowFits('ssim', similarity, pair)
  const values = await measurePictures(pair, (x, y) => {
    const { luminance, contrast } = similarityMaps(x, y, similarity)
    return tf.mean(tf.mul(luminance, contrast), [1, 2, 3])
  })
  return pictureMeasure(values, '1', `SSIM, ${similarity.definition}`)
}
