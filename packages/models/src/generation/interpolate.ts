// A walk between two examples through the space of codes; along the sphere as White, Sampling generative networks, 2016.
import { type Autoencoder, assertBatchOf, assertModel, assertOptions, oneOf } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { atLeastTwo } from './latents.ts'

/** Options of {@link interpolate}. */
export interface InterpolateOptions {
  /** Images on the way, both ends included; an integer of at least 2. Defaults to 8. */
  readonly steps?: number | undefined
  /**
   * `linear`, the straight line; or `spherical`, the arc around the origin, which keeps as far from it as latents of a
   * Gaussian prior are. Defaults to `linear`.
   */
  readonly path?: 'linear' | 'spherical' | undefined
}

/**
 * Decodes equal steps on the way from one example's code to another's. It encodes the examples itself; of two codes pass what
 * `model.decode` makes of them.
 *
 * @param model any autoencoder, borrowed
 * @param from `[1, ...inputShape]`, borrowed
 * @param to the same shape, borrowed
 * @returns `[steps, ...inputShape]`: the reconstruction of `from`, of the points between, of `to`; owned by the caller
 * @throws {ShapeError} when an example has another shape, or `from` or `to` holds more than one
 * @throws {OptionError} on a bad option
 */
export function interpolate(
  model: Autoencoder,
  from: tf.Tensor,
  to: tf.Tensor,
  options: InterpolateOptions = {},
): tf.Tensor {
  assertOptions('interpolate', options, { steps: atLeastTwo, path: oneOf('linear', 'spherical') })
  assertModel('interpolate', model, ['encode', 'decode'])
  for (const [name, example] of Object.entries({ from, to })) {
    const fix = `pass examples, which are encoded; of codes pass model.decode(${name})`
    const mistaken = { shape: [model.codeSize], fix }
    assertBatchOf('interpolate', name, example, model.inputShape, { count: 1, mistaken })
  }
  const { steps = 8, path = 'linear' } = options
  return tf.tidy(() => {
    const [start, end] = [model.encode(from), model.encode(to)] // [1, codeSize] each
    const way = tf.expandDims<tf.Tensor2D>(tf.linspace(0, 1, steps), 1) // [steps, 1]
    const shares = path === 'linear' ? ([tf.sub(1, way), way] as const) : sharesOnArc(start, end, way)
    return model.decode(tf.add(tf.mul(start, shares[0]), tf.mul(end, shares[1])))
  })
}

/** sin((1 - t) a) / sin(a) and sin(t a) / sin(a), a the angle between the codes; those of the line where it is 0 or pi. */
function sharesOnArc(start: tf.Tensor2D, end: tf.Tensor2D, way: tf.Tensor2D): readonly [tf.Tensor2D, tf.Tensor2D] {
  const lengths = tf.mul(tf.norm(start), tf.norm(end))
  const cosine = tf.div(tf.sum(tf.mul(start, end)), tf.maximum(lengths, smallestLength))
  const angle = tf.acos(tf.clipByValue(cosine, -1, 1))
  const sine = tf.sin(angle)
  const isLine = tf.logicalOr(tf.less(sine, smallestSine), tf.less(lengths, smallestLength))
  const share = (t: tf.Tensor2D): tf.Tensor2D => {
    const arc = tf.div<tf.Tensor2D>(tf.sin(tf.mul(t, angle)), tf.maximum(sine, smallestSine))
    return tf.where(isLine, t, arc)
  }
  return [share(tf.sub(1, way)), share(way)]
}

/** Below these, angles are rounding errors. */
const smallestSine = 1e-3
const smallestLength = 1e-12
