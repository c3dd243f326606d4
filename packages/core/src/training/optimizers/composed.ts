// The parts of an optimiser's step from core ops, for backends without a kernel and optimisers from elsewhere.
import * as tf from '@tensorflow/tfjs-core'
import type { MoveNumbers } from '../step-player.ts'
import type { Pass } from './moves.ts'

/** A gradient as a pass has it: times its factor, then cut to its limit. */
export function clipped(gradient: tf.Tensor, { factor, limit }: Pass): tf.Tensor {
  const scaled = factor ? tf.mul(gradient, factor) : gradient
  return limit === undefined ? scaled : tf.clipByValue(scaled, -limit, limit)
}

/** Parameters after decoupled weight decay. */
export function shrunk(parameter: tf.Tensor, { shrink }: MoveNumbers): tf.Tensor {
  return shrink === 0 ? parameter : tf.sub(parameter, tf.mul(parameter, shrink))
}

/** A gradient with L2 weight decay. */
export function decayed(gradient: tf.Tensor, parameter: tf.Tensor, { decay }: MoveNumbers): tf.Tensor {
  return decay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, decay))
}

/** An average of parameters that went towards them. */
export function averaged(average: tf.Tensor, parameter: tf.Tensor, weight: number): tf.Tensor {
  return weight === 1 ? parameter : tf.add(average, tf.mul(tf.sub(parameter, average), weight))
}
