// A walk between two examples through the space of codes; along the sphere as White, Sampling generative networks, 2016.
import type { Autoencoder } from '@ae/core'
import { assertBatchOf, assertModel, assertOptions, oneOf } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { atLeastTwo } from './latents.ts'

/** Options of {@link interpolate}. */
export interface InterpolateOptions {
  /** Images on the way, both ends included; an integer of at least 2. Defaults to 8. */
  readonly steps?: number | undefined
  /**
   * `linear`, the straight line; or `spherical`, the arc around the origin, which keeps as far from it as latents of a
   * Gaussian prior are. Opposite codes are joined by many arcs, and a code at the origin by none; both are interpolated along the straight
   * line. Codes count as opposite where the angle between them is within 1e-6 of pi; those of different lengths that are almost
   * opposite have an arc that leads far out. Defaults to `linear`.
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
    const line = tf.add<tf.Tensor2D>(tf.mul(start, tf.sub(1, way)), tf.mul(end, way))
    return model.decode(path === 'linear' ? line : arc(start, end, way, line))
  })
}

/**
 * start sin((1 - t) a) / sin(a) + end sin(t a) / sin(a), with a the angle between the codes; the line where that has no meaning.
 *
 * In float32 the sines lose their digits where a is near pi, and the cosine of a where it is near 0 or pi. So everything is made of
 * the sum and the difference of the two directions, which are at right angles, and whose lengths are 2 cos(a / 2) and 2 sin(a / 2).
 */
function arc(start: tf.Tensor2D, end: tf.Tensor2D, way: tf.Tensor2D, line: tf.Tensor2D): tf.Tensor2D {
  const [from, to] = [polar(start), polar(end)]
  const difference = tf.sub(to.direction, from.direction)
  const sum = tf.add(to.direction, from.direction)
  // Rounding leaves a part of the difference in the sum, of which it may be the most where the sum is short.
  const share = tf.div(tf.sum(tf.mul(sum, difference)), tf.maximum(tf.sum(tf.square(difference)), 1))
  const upright = tf.sub(sum, tf.mul(difference, share))
  const [cosine, sine] = [tf.div(tf.norm(upright), 2), tf.div(tf.norm(difference), 2)]
  const half = tf.atan(tf.div(sine, tf.maximum(cosine, smallestCosine)))
  const fromMiddle = tf.sub(tf.mul(way, 2), 1) // from -1 to 1
  const turn = tf.mul(fromMiddle, half)
  const isShort = tf.less(sine, smallestSine)
  const part = tf.where(isShort, fromMiddle, tf.div(tf.sin(turn), tf.maximum(sine, smallestSine)))
  const length = tf.add(from.length, to.length)
  const longer = tf.sub(to.length, from.length)
  // What is a rounding error of a length would be an error of every point that is so many times larger as the sum is shorter.
  const change = tf.where(tf.less(tf.abs(longer), tf.mul(length, rounding)), 0, longer)
  const along = (x: tf.Tensor, y: tf.Tensor) => tf.div(tf.add(tf.mul(length, x), tf.mul(change, y)), 2)
  const forwards = along(tf.cos(turn), tf.mul(cosine, part))
  const sideways = along(tf.sin(turn), tf.mul(tf.div(sine, tf.maximum(cosine, smallestCosine)), tf.cos(turn)))
  const onArc = tf.add(tf.mul(unit(upright), forwards), tf.mul(unit(difference), sideways))
  const isLine = tf.logicalOr(tf.less(tf.minimum(from.length, to.length), tiny), tf.less(cosine, smallestCosine))
  return tf.where(isLine, line, onArc as tf.Tensor2D)
}

/** Length and direction of a code, however small or large its numbers are: their squares may not be numbers of float32. */
function polar(code: tf.Tensor2D): { length: tf.Tensor; direction: tf.Tensor } {
  const largest = tf.max(tf.abs(code))
  const scaled = tf.div(code, tf.maximum(largest, tiny))
  return { length: tf.mul(tf.norm(scaled), largest), direction: unit(scaled) }
}

function unit(x: tf.Tensor): tf.Tensor {
  return tf.div(x, tf.maximum(tf.norm(x), tiny))
}

/** Lengths that differ by less of their sum are the same. */
const rounding = 5e-7
/** Half of the length of the sum of two opposite directions may be as long by rounding. */
const smallestCosine = 5e-7
/** Below it, the sine of a part of an angle is that part of the sine. */
const smallestSine = 1e-4
/** The smallest number that every backend has. */
const tiny = 2 ** -126
