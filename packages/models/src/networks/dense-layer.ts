// A dense layer with PyTorch's default initialisation.
import { randomUniform, type Shape, sizeOfShape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, dense } from './dense.ts'
import type { Layer } from './network.ts'

/** What a dense layer is made of. */
export interface DenseLayerOptions {
  /** The prefix of its variables' names, e.g. `encoder.0`: `name.weight` `[in, out]` and `name.bias` `[out]`. */
  readonly name: string
  /** The shape of one input; flattened where it has more axes than one. */
  readonly inputShape: Shape
  /** The shape of one output. */
  readonly outputShape: Shape
  /** Applied to each output. */
  readonly activation: Activation
  /** Seeds the initial weights. */
  readonly seed: number
}

/** A dense layer that owns its two variables. */
export function denseLayer({ name, inputShape, outputShape, activation, seed }: DenseLayerOptions): Layer {
  const [inputSize, outputSize] = [sizeOfShape(inputShape), sizeOfShape(outputShape)]
  const weight = uniformVariable(`${name}.weight`, [inputSize, outputSize], inputSize, seed) as tf.Variable<tf.Rank.R2>
  const bias = uniformVariable(`${name}.bias`, [outputSize], inputSize, seed) as tf.Variable<tf.Rank.R1>
  return {
    outputShape,
    variables: { [`${name}.weight`]: weight, [`${name}.bias`]: bias },
    state: {},
    apply(x, pass) {
      const flat = x.rank === 2 ? (x as tf.Tensor2D) : tf.reshape<tf.Rank.R2>(x, [-1, inputSize])
      const output = dense(flat, weight, bias, activation, pass)
      return outputShape.length === 1 ? output : tf.reshape(output, [-1, ...outputShape])
    },
  }
}

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
