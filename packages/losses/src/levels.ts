// Grey levels: data in [0, 1] as integers.
import type { OptionCheck } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { op } from './kernels.ts'

/** A number of levels: an integer of at least 2. */
export const levelsOption: OptionCheck = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 2 ? undefined : 'an integer of at least 2'

/** The nearest of the levels 0, 1 / (count - 1), ..., 1, as its index, a float. */
export function levelOf(x: tf.Tensor, count: number): tf.Tensor {
  return op(tf.Round, tf.mul(x, count - 1))
}
