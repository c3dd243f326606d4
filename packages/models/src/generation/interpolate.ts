// A walk between two examples through the space of codes.
import { type Autoencoder, assertBatchOf, assertOptions, type OptionCheck } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

/** Options of {@link interpolate}. */
export interface InterpolateOptions {
  /** Images on the way, both ends included; an integer of at least 2. Defaults to 8. */
  readonly steps?: number | undefined
}

/**
 * Decodes equal steps along the straight line from one example's code to another's.
 *
 * @param model any autoencoder, borrowed
 * @param from `[1, ...inputShape]`, borrowed
 * @param to the same shape, borrowed
 * @returns `[steps, ...inputShape]`: the reconstruction of `from`, of the points between, of `to`; owned by the caller
 * @throws {ShapeError} when an example has another shape
 * @throws {OptionError} on a bad option
 */
export function interpolate(
  model: Autoencoder,
  from: tf.Tensor,
  to: tf.Tensor,
  options: InterpolateOptions = {},
): tf.Tensor {
  assertOptions('interpolate', options, { steps: atLeastTwo })
  assertBatchOf('interpolate', 'from', from, model.inputShape)
  assertBatchOf('interpolate', 'to', to, model.inputShape)
  const { steps = 8 } = options
  return tf.tidy(() => {
    const start = tf.slice(model.encode(from), [0, 0], [1, -1])
    const end = tf.slice(model.encode(to), [0, 0], [1, -1])
    const weights = tf.expandDims<tf.Tensor2D>(tf.linspace(0, 1, steps), 1) // [steps, 1]
    return model.decode(tf.add(tf.mul(start, tf.sub(1, weights)), tf.mul(end, weights)))
  })
}

const atLeastTwo: OptionCheck = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 2 ? undefined : 'an integer of at least 2'
