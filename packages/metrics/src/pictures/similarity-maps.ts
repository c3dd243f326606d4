// The two factors of the structural similarity at each place of pictures: luminance, and contrast with structure.
// Wang, Bovik, Sheikh and Simoncelli, Image quality assessment: from error visibility to structural similarity, 2004.
import { type Shape, ShapeError } from '@ae/core'
import {
  assertOption,
  assertOptions,
  type OptionCheck,
  oneOf,
  positiveInteger,
  positiveNumber,
} from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { type PicturePair, pictureShapeOption } from './picture-pair.ts'
import { type Border, windowMeans } from './window-means.ts'

/** What weighs the pixels around a place, in a square window. */
export type SimilarityWindow =
  | {
      /** A Gaussian. */
      readonly kind: 'gaussian'
      /** Its standard deviation, pixels; above 0. Defaults to 1.5. */
      readonly sigma?: number | undefined
      /** The window's side, pixels, a positive integer. Defaults to 11. */
      readonly size?: number | undefined
    }
  | {
      /** Every pixel counts the same. */
      readonly kind: 'uniform'
      /** The window's side, pixels, a positive integer. Defaults to 7, as in scikit-image. */
      readonly size?: number | undefined
    }

/** Options of {@link ssim}. The defaults are the definition of Wang et al., 2004. */
export interface SsimOptions {
  /**
   * The distance between black and white, in the pictures' unit: 1 for pixels in [0, 1], 255 for those of 8 bits. It is never
   * guessed from the pixels, as other libraries do.
   */
  readonly range: number
  /** The shape of one picture, `[height, width]` or `[height, width, channels]`. Defaults to that of the tensors. */
  readonly shape?: Shape | undefined
  /** What weighs the pixels around a place. Defaults to a Gaussian of sigma 1.5 in 11 x 11 pixels. */
  readonly window?: SimilarityWindow | undefined
  /**
   * Which places count. `valid`: those whose window lies within the picture. Otherwise every pixel, with the picture mirrored
   * beyond its border: `reflect` does not repeat the pixels at the border, `symmetric` does (as in TensorFlow and NumPy).
   * Defaults to `valid`.
   */
  readonly border?: 'valid' | 'reflect' | 'symmetric' | undefined
  /** Keeps the luminance of dark places stable: a share of the range, above 0. Defaults to 0.01. */
  readonly k1?: number | undefined
  /** Keeps the contrast of flat places stable: a share of the range, above 0. Defaults to 0.03. */
  readonly k2?: number | undefined
  /**
   * The variances and the covariance in a window of n pixels: `population`, weighted means, or `sample`, these times n / (n - 1),
   * which is unbiased for a uniform window. Defaults to `population`.
   */
  readonly covariance?: 'population' | 'sample' | undefined
}

/** {@link SsimOptions} without gaps. */
export interface Similarity {
  /** The window's side. */
  readonly size: number
  /** The standard deviation of its weights; infinite if they are equal. */
  readonly sigma: number
  readonly border: Border
  readonly k1: number
  readonly k2: number
  /** What the variances are multiplied with. */
  readonly correction: number
  readonly range: number
  /** In a few words. */
  readonly definition: string
}

/** Checks the options and completes them; `more` are the further options of the function. */
export function similarityOf(
  functionName: string,
  options: SsimOptions,
  more: Readonly<Record<string, OptionCheck>> = {},
): Similarity {
  assertOptions(functionName, options, { ...optionChecks, ...more }, ['range'])
  const { window = { kind: 'gaussian' }, border = 'valid', k1 = 0.01, k2 = 0.03, covariance = 'population' } = options
  assertOptions(`${functionName}.window`, window, windowChecks[window.kind === 'uniform' ? 'uniform' : 'gaussian'], [
    'kind',
  ])
  const { size = window.kind === 'uniform' ? 7 : 11 } = window
  const sigma = window.kind === 'uniform' ? Infinity : (window.sigma ?? 1.5)
  if (covariance === 'sample') assertOption(functionName, 'window.size', size, sampleSize)
  return {
    size,
    sigma,
    border,
    k1,
    k2,
    correction: covariance === 'sample' ? size ** 2 / (size ** 2 - 1) : 1,
    range: options.range,
    definition: `${window.kind} window of ${size} x ${size}${sigma < Infinity ? `, sigma ${sigma}` : ''}, ${border} border`,
  }
}

/** Throws unless the window fits pictures of a size. */
export function assertWindowFits(
  functionName: string,
  { size, border }: Similarity,
  { shape: [height, width] }: PicturePair,
): void {
  const side = Math.min(height, width)
  const least = border === 'valid' ? size : border === 'reflect' ? Math.floor(size / 2) + 1 : Math.floor(size / 2)
  if (side >= least) return
  const fitting = side % 2 === 0 ? side - 1 : side
  throw new ShapeError(`\`${functionName}\` received \`pictures\` that are smaller than the window.`, {
    facts: { Expected: `at least ${least} x ${least} pixels`, Received: `${height} x ${width} pixels` },
    fix:
      side < 3
        ? 'pass larger pictures, or compare them by psnr'
        : `pass a smaller window, e.g. window: { kind: 'uniform', size: ${Math.min(7, fitting)} }`,
  })
}

/** The factors at each place of `[count, height, width, channels]`; to be called in a tidy. */
export function similarityMaps(
  pictures: tf.Tensor4D,
  originals: tf.Tensor4D,
  { size, sigma, border, k1, k2, correction, range }: Similarity,
): { readonly luminance: tf.Tensor4D; readonly contrast: tf.Tensor4D } {
  const [x, y] = [tf.div<tf.Tensor4D>(pictures, range), tf.div<tf.Tensor4D>(originals, range)]
  // A variance is the difference of two means. Pixels around 0 keep it from being lost in the rounding of large means.
  const middle = tf.mean(tf.mul(tf.add(x, y), 0.5), [1, 2], true)
  const [u, v] = [tf.sub<tf.Tensor4D>(x, middle), tf.sub<tf.Tensor4D>(y, middle)]
  const maps = windowMeans(
    tf.concat<tf.Tensor4D>([u, v, tf.square(u), tf.square(v), tf.mul<tf.Tensor4D>(u, v)]),
    windowWeights(size, sigma),
    border,
  )
  const [meanU, meanV, squareU, squareV, product] = tf.split(maps, 5) as Five<tf.Tensor4D>
  const [meanX, meanY] = [tf.add(meanU, middle), tf.add(meanV, middle)]
  const variances = tf.add(tf.sub(squareU, tf.square(meanU)), tf.sub(squareV, tf.square(meanV)))
  const covariance = tf.sub(product, tf.mul(meanU, meanV))
  const [c1, c2] = [k1 ** 2, k2 ** 2 / correction]
  return {
    luminance: ratio(tf.mul(meanX, meanY), tf.add(tf.square(meanX), tf.square(meanY)), c1),
    contrast: ratio(covariance, variances, c2),
  }
}

type Five<item> = [item, item, item, item, item]

/** (2 a + c) / (b + c). */
function ratio(a: tf.Tensor, b: tf.Tensor, c: number): tf.Tensor4D {
  return tf.div(tf.add(tf.mul(a, 2), c), tf.add(b, c))
}

/** The weights along one side of the window; their sum is 1. */
function windowWeights(size: number, sigma: number): Float32Array {
  const weights = Array.from({ length: size }, (_, i) => Math.exp(-(((i - (size - 1) / 2) / sigma) ** 2) / 2))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return Float32Array.from(weights, (weight) => weight / sum)
}

const sampleSize: OptionCheck = (value) =>
  Number(value) > 1 ? undefined : 'an integer above 1, as `covariance` is `sample`'

const kind = oneOf('gaussian', 'uniform')
const windowChecks = {
  gaussian: { kind, sigma: positiveNumber, size: positiveInteger },
  uniform: { kind, size: positiveInteger },
}

const windowOption: OptionCheck = (value) =>
  kind(Object(value).kind) === undefined ? undefined : "{ kind: 'gaussian', sigma, size } or { kind: 'uniform', size }"

const optionChecks = {
  range: positiveNumber,
  shape: pictureShapeOption,
  window: windowOption,
  border: oneOf('valid', 'reflect', 'symmetric'),
  k1: positiveNumber,
  k2: positiveNumber,
  covariance: oneOf('population', 'sample'),
}
