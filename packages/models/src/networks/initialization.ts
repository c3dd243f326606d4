// How layers start: as PyTorch's do.
import { randomUniform, type Shape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * PyTorch's default for weights and biases: uniform in +-1 / sqrt(fan in), each from a stream of its own name.
 *
 * @param name the variable's name, and its stream's
 * @param shape of the variable
 * @param fanIn how many inputs reach one output
 * @param seed of the stream
 */
export function uniformVariable(name: string, shape: Shape, fanIn: number, seed: number): tf.Variable {
  const bound = 1 / Math.sqrt(fanIn)
  return tf.tidy(() => tf.variable(randomUniform(shape, `init/${name}`, { seed }, { minimum: -bound, maximum: bound })))
}
