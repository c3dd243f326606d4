// The structural similarity of pictures at several scales.
// Wang, Simoncelli and Bovik, Multiscale structural similarity for image quality assessment, 2003, equation 7.
import { ShapeError } from '@ae/core'
import type { OptionCheck } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { measurePictures, type PictureMeasure, type PicturePair, pictureMeasure, picturePair } from './picture-pair.ts'
import { assertWindowFits, type Similarity, type SsimOptions, similarityMaps, similarityOf } from './similarity-maps.ts'

/** Options of {@link msSsim}. */
export interface MsSsimOptions extends SsimOptions {
  /**
   * The exponent of each scale, from the finest to the coarsest, which decides how many there are: numbers of at least 0.
   * Defaults to the five of Wang et al., 2003: 0.0448, 0.2856, 0.3001, 0.2363, 0.1333.
   */
  readonly weights?: readonly number[] | undefined
}

/**
 * The structural similarity at several scales of each picture with its original, and its mean. Each scale halves the picture of
 * the last one, by the mean of 2 x 2 pixels; a last odd row or column is left out. Contrast and structure count at every scale,
 * luminance at the coarsest; a negative factor counts as 0. Channels are measured one by one and averaged at the end.
 *
 * @param pictures `[count, height, width, channels]`, `[count, height, width]`, or flat with the option `shape`; borrowed
 * @param originals what they are compared with, of the same shape; borrowed
 * @param options see {@link MsSsimOptions}; with the defaults, pictures have at least 176 x 176 pixels
 * @returns in [0, 1]; 1 only for equal pictures
 * @throws {OptionError} on a bad option, or a missing range
 * @throws {ShapeError} when the shapes differ, are not those of pictures, or the pictures are too small for the scales
 * @throws {DisposedError} when a tensor is disposed of
 * @example
 * ```ts
 * await msSsim(pictures, originals, { range: 1, weights: [0.1356, 0.8644] }) // two scales, for 28 x 28 pixels
 * ```
 */
export async function msSsim(
  pictures: tf.Tensor,
  originals: tf.Tensor,
  options: MsSsimOptions,
): Promise<PictureMeasure> {
  const similarity = similarityOf('msSsim', options, { weights: weightsOption })
  const { weights = wangWeights } = options
  const pair = picturePair('msSsim', pictures, originals, options.shape)
  assertScalesFit(similarity, pair, weights)
  const values = await measurePictures(pair, (x, y) => {
    let [a, b] = [x, y]
    let similarities: tf.Tensor = tf.scalar(1) // [count, channels]
    for (const [scale, weight] of weights.entries()) {
      if (scale > 0) [a, b] = [tf.avgPool(a, 2, 2, 'valid'), tf.avgPool(b, 2, 2, 'valid')]
      const { luminance, contrast } = similarityMaps(a, b, similarity)
      const map = scale === weights.length - 1 ? tf.mul(luminance, contrast) : contrast
      similarities = tf.mul(similarities, tf.pow(tf.relu(tf.mean(map, [1, 2])), weight))
    }
    return tf.mean(similarities, 1)
  })
  return pictureMeasure(values, '1', `MS-SSIM of ${weights.length} scales, ${similarity.definition}`)
}

const wangWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

/** Throws unless the pictures of the coarsest scale have room for the window. */
function assertScalesFit(similarity: Similarity, pair: PicturePair, weights: readonly number[]): void {
  const { shape } = pair
  const { size } = similarity
  const [height, width, channels] = shape
  assertWindowFits('msSsim', similarity, pair)
  const scales = Math.floor(Math.log2(Math.min(height, width) / size)) + 1 // that have room for the whole window
  if (weights.length <= scales) return
  const least = size * 2 ** (weights.length - 1)
  const some = scaled(wangWeights.slice(0, Math.max(1, scales)))
  throw new ShapeError('`msSsim` received `pictures` that are too small for its scales.', {
    facts: {
      Expected: `at least ${least} x ${least} pixels for ${weights.length} scales and a window of ${size} x ${size}`,
      Received: `${height} x ${width} x ${channels}`,
    },
    fix: `use fewer scales, e.g. weights: [${some.join(', ')}]`,
  })
}

/** The weights divided by their sum, in four digits. */
function scaled(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => Math.round((weight / sum) * 1e4) / 1e4)
}

const weightsOption: OptionCheck = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  Array.from(value).every((weight) => Number.isFinite(weight) && weight >= 0)
    ? undefined
    : 'numbers of at least 0, one for each scale, e.g. [0.1356, 0.8644]'
