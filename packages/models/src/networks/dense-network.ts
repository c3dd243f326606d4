// A stack of dense layers with PyTorch's default initialisation.
import { randomUniform } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, dense } from './dense.ts'

/** What a dense network is made of. */
export interface DenseNetworkOptions {
  /** The prefix of its variables' names, e.g. `encoder`; layers are numbered from 0. */
  readonly name: string
  /** The length of its input, then of each layer's output. */
  readonly sizes: readonly number[]
  /** The activation of every layer but the last. */
  readonly activation: Activation
  /** The activation of the last layer. */
  readonly outputActivation: Activation
  /** Seeds the initial weights. */
  readonly seed: number
}

/** A network that owns its variables. */
export interface DenseNetwork {
  /** `name.layer.weight` `[in, out]` and `name.layer.bias` `[out]`, in the order of the layers. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /**
   * @param x `[batch, in]`, borrowed
   * @param inputGradient whether a gradient flows into `x`; defaults to true
   * @returns `[batch, out]`; call it inside `tf.tidy`
   */
  apply(x: tf.Tensor2D, options?: { readonly inputGradient?: boolean | undefined }): tf.Tensor2D
}

/** Dense layers one after the other; `sizes` of one length make a network without layers, which gives its input back. */
export function denseNetwork({ name, sizes, activation, outputActivation, seed }: DenseNetworkOptions): DenseNetwork {
  const layers = sizes.slice(1).map((size, i) => denseLayer(`${name}.${i}`, sizes[i] ?? 0, size, seed))
  const last = layers.length - 1
  return {
    variables: Object.assign({}, ...layers.map((layer) => layer.variables)),
    apply: (x, { inputGradient = true } = {}) =>
      layers.reduce(
        (h, layer, i) =>
          layer.apply(h, i === last ? outputActivation : activation, { inputGradient: inputGradient || i > 0 }),
        x,
      ),
  }
}

/** One dense layer that owns its two variables, `name.weight` and `name.bias`. */
export function denseLayer(name: string, inputSize: number, outputSize: number, seed: number) {
  const weight = initialise(`${name}.weight`, [inputSize, outputSize], inputSize, seed) as tf.Variable<tf.Rank.R2>
  const bias = initialise(`${name}.bias`, [outputSize], inputSize, seed) as tf.Variable<tf.Rank.R1>
  return {
    variables: { [`${name}.weight`]: weight, [`${name}.bias`]: bias } as Readonly<Record<string, tf.Variable>>,
    apply: (x: tf.Tensor2D, activation: Activation, options: { readonly inputGradient: boolean }) =>
      dense(x, weight, bias, activation, options),
  }
}

/**
 * PyTorch's default for `nn.Linear`: weight and bias uniform in +-1 / sqrt(inputSize), each from a stream of its own
 * name.
 */
function initialise(name: string, shape: readonly number[], inputSize: number, seed: number): tf.Variable {
  const bound = 1 / Math.sqrt(inputSize)
  return tf.tidy(() => tf.variable(randomUniform(shape, `init/${name}`, { seed }, { minimum: -bound, maximum: bound })))
}
