// The weighted mean of the window around each place of pictures, along the rows and then down the columns. Each is a product with a
// band of weights: on `wasm`, of 28 x 28 pictures, over ten times as fast as a depthwise convolution.
import * as tf from '@tensorflow/tfjs-core'

/** How pictures go on beyond their border; see `SsimOptions`. */
export type Border = 'valid' | 'reflect' | 'symmetric'

/**
 * The means at each place where a window lies; to be called in a tidy.
 *
 * @param x `[count, height, width, channels]`
 * @param weights along one side of the window; their sum is 1
 * @returns as `x`, but for `valid` with `weights.length - 1` rows and columns less
 */
export function windowMeans(x: tf.Tensor4D, weights: Float32Array, border: Border): tf.Tensor4D {
  const rows = alongRows(tf.transpose(x, [0, 3, 1, 2]), weights, border) // -> [count, channels, height, width]
  const both = alongRows(tf.transpose(rows, [0, 1, 3, 2]), weights, border) // -> [count, channels, width, height]
  return tf.transpose(both, [0, 3, 2, 1])
}

/** The means along the last axis. */
function alongRows(x: tf.Tensor4D, weights: Float32Array, border: Border): tf.Tensor4D {
  const [count, channels, rows, side] = x.shape
  const flat = tf.reshape<tf.Rank.R2>(x, [-1, side])
  const places = border === 'valid' ? side - weights.length + 1 : side
  const parts: tf.Tensor2D[] = []
  for (let first = 0; first < places; first += placesAtOnce) {
    const { start, length, band } = bandOf(first, Math.min(placesAtOnce, places - first), side, weights, border)
    parts.push(tf.matMul(tf.slice(flat, [0, start], [-1, length]), band))
  }
  return tf.reshape(tf.concat(parts, 1), [count, channels, rows, places])
}

/** Of a wide picture some columns are multiplied at a time, so that the zeros of the band do not cost the most. */
const placesAtOnce = 128

/** What some places weigh: `length` pixels from `start` on, as `[length, places]`. */
function bandOf(
  first: number,
  places: number,
  side: number,
  weights: Float32Array,
  border: Border,
): { readonly start: number; readonly length: number; readonly band: tf.Tensor2D } {
  const before = border === 'valid' ? 0 : Math.floor(weights.length / 2)
  const pixelAt = (place: number, i: number) => mirrored(first + place + i - before, side, border)
  const pixels = Array.from({ length: places }, (_, place) => Array.from(weights, (_, i) => pixelAt(place, i)))
  const start = Math.min(...pixels.map((own) => Math.min(...own)))
  const length = Math.max(...pixels.map((own) => Math.max(...own))) - start + 1
  const values = new Float32Array(length * places)
  for (const [place, own] of pixels.entries()) {
    for (const [i, pixel] of own.entries()) {
      const at = (pixel - start) * places + place
      values[at] = (values[at] as number) + (weights[i] as number)
    }
  }
  return { start, length, band: tf.tensor2d(values, [length, places]) }
}

/** The pixel that lies at an index beyond the border. */
function mirrored(index: number, side: number, border: Border): number {
  const repeats = border === 'symmetric' ? 1 : 0
  if (index < 0) return -index - repeats
  return index < side ? index : 2 * side - 2 + repeats - index
}
