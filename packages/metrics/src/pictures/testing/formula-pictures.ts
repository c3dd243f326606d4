// The pictures of reference/pictures.py: a ring on a pattern, and a damaged copy, in integers from 0 to 255.
import * as tf from '@tensorflow/tfjs-core'

/** `[1, height, width, channels]` each; to be disposed of by the caller. */
export function formulaPictures(
  height: number,
  width: number,
  channels: number,
): { damaged: tf.Tensor; original: tf.Tensor } {
  const shape = [1, height, width, channels]
  const originals: number[] = []
  const damaged: number[] = []
  const side = Math.min(height, width) ** 2
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const radius = (2 * x - width + 1) ** 2 + (2 * y - height + 1) ** 2
      const isRing = 5 * radius >= side && 2 * radius <= side
      for (let c = 0; c < channels; c++) {
        const pattern = x > Math.floor(width / 2) ? (Math.floor((x * y) / 8) + 40 * c) % 64 : 0
        const original = isRing ? 255 - 20 * c : pattern
        const noise = (x * x * 7 + y * x * 13 + y * y * 3 + 11 * c) % 97
        originals.push(original)
        damaged.push(Math.floor((original * 3) / 4) + Math.floor(noise / 2))
      }
    }
  }
  return { damaged: tf.tensor(damaged, shape), original: tf.tensor(originals, shape) }
}
