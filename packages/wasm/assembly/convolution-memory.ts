// The working memory of a convolution and its gradients: the packed filter, parts of the filter's gradient, and each thread's
// patches and results. Also how the work is divided into tasks.
import { threadCount } from './team'
import { COLUMNS } from './multiply'
import { LOW, TALL } from './tiles'

// Approximate multiplications of a task: some 40 microseconds. There are as many parts of a filter's gradient as tasks. Their
// number depends only on the lengths, and they take at most 16 MiB.
const WORK_OF_TASK: f64 = 1e6
const MOST_PARTS: i32 = 32
const FLOATS_OF_PARTS: i32 = 1 << 22
/** The number of patch products that are summed in float32; their sums are summed in float64. */
export const MOST_ADDENDS: i32 = 32
// A thread's part of the gradient before the activation, besides one image: 256 kB, which fits an L2 cache.
const FLOATS_OF_GRADIENT: i32 = 1 << 16

/**
 * Floats of working memory for a convolution of these lengths and its gradients. The product of a filter's lengths must be
 * below 2^28.
 */
export function convolutionFloats(
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32,
): i32 {
  const depth = filterHeight * filterWidth * channels
  const pixels = outHeight * outWidth, parts = partCount(batch, pixels, depth, outChannels)
  const pixelsOfPart = imagesOfPart(batch, pixels, depth, outChannels) * pixels
  return (
    panelsFloats(depth, outChannels) + parts * partFloats(pixelsOfPart, depth, channels, outChannels) +
    threadCount() * (threadFloats(depth, outChannels) + gradientFloats(inHeight * inWidth * channels, depth, outChannels))
  )
}

/** The next multiple of `unit`. */
@inline
export function roundUp(count: i32, unit: i32): i32 {
  return (count + unit - 1) / unit * unit
}

/** The filter as the second factor of a product, transposed or not. */
export function panelsFloats(depth: i32, outChannels: i32): i32 {
  return roundUp(depth, COLUMNS) * roundUp(outChannels, COLUMNS)
}

/** A part of the gradients: the filter's, with rows and columns padded to whole tiles, and the bias's; then both in float64. */
export function partFloats(pixels: i32, depth: i32, channels: i32, outChannels: i32): i32 {
  const filter = roundUp(depth, TALL) * roundUp(outChannels, COLUMNS)
  return (hasTotals(pixels, depth) ? 3 : 1) * filter + 3 * biasFloats(channels, outChannels)
}

/** The bias's share of them. */
@inline
export function biasFloats(channels: i32, outChannels: i32): i32 {
  return roundUp(max(channels, outChannels), COLUMNS)
}

/** Whether a part of the given number of pixels also has the filter's gradient in float64. */
@inline
export function hasTotals(pixels: i32, depth: i32): bool {
  return pixels > MOST_ADDENDS * pixelsAtOnce(depth)
}

/** Floats from one patch to the next: an odd number of cache lines, so that the same place of many patches fits a cache. */
export function patchStep(depth: i32): i32 {
  return 16 * ((depth + 15) / 16 | 1)
}

/** Patches that a thread works on at a time: whole tiles, which fit half an L2 cache together with their results. */
export function pixelsAtOnce(depth: i32): i32 {
  return min(192, max(12, 32768 / patchStep(depth) / 12 * 12))
}

/** A thread's patches with room for one more vector, rows as panels, and columns as panels. */
export function threadFloats(depth: i32, outChannels: i32): i32 {
  const pixels = pixelsAtOnce(depth)
  return pixels * patchStep(depth) + 16 + (pixels + LOW) * max(depth, outChannels) + pixels * roundUp(outChannels, COLUMNS)
}

/** A thread's part of the gradient before the activation: for some images, or for as many pixels as it works on at a time. */
export function gradientFloats(imageSize: i32, depth: i32, outChannels: i32): i32 {
  return roundUp(max(imagesAtOnce(imageSize) * imageSize, pixelsAtOnce(depth) * outChannels), 16)
}

/** The number of images for which a thread holds it. */
export function imagesAtOnce(imageSize: i32): i32 {
  return max(1, FLOATS_OF_GRADIENT / max(1, imageSize))
}

/** The number of parts, which is the number of tasks. */
export function partCount(batch: i32, pixels: i32, depth: i32, outChannels: i32): i32 {
  const images = imagesOfPart(batch, pixels, depth, outChannels)
  return (batch + images - 1) / images
}

/** Images per task of the gradient: the same for any number of threads, and so are the sums. */
export function imagesOfPart(batch: i32, pixels: i32, depth: i32, outChannels: i32): i32 {
  const room = max(1, FLOATS_OF_PARTS / max(1, roundUp(depth, TALL) * roundUp(outChannels, COLUMNS)))
  const most = min(MOST_PARTS, room)
  return max((batch + most - 1) / most, timesOfTask(pixels, depth, 2 * outChannels))
}

/** How many times a task multiplies patches of the given pixels and columns, to be worth its overhead. */
export function timesOfTask(pixels: i32, depth: i32, columns: i32): i32 {
  return <i32>max<f64>(1, WORK_OF_TASK / (<f64>pixels * depth * (columns + 32) + 1))
}
