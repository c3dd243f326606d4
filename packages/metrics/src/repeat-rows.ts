// Several codes for each example: its row, several times.
import * as tf from '@tensorflow/tfjs-core'

/** Each row `count` times, one after the other, flat: `[batch * count, size]`. */
export function repeatRows(x: tf.Tensor, count: number): tf.Tensor2D {
  const batch = x.shape[0] ?? 0
  return tf.reshape(tf.tile(tf.reshape<tf.Rank.R3>(x, [batch, 1, -1]), [1, count, 1]), [batch * count, -1])
}
