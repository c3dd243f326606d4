// The activations of layers: four that the kernels of layers compute themselves, the others as tfjs ops after them.
import { type OptionCheck, oneOf } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'

/** The activations that a layer's own kernel computes. */
export type FusedActivation = 'linear' | 'relu' | 'sigmoid' | 'tanh'

/**
 * The activations of layers, by the names of their tfjs ops; `linear` is none. `leakyRelu` has the slope 0.2 below 0, and
 * `leakyRelu(0.01)` the slope in parentheses, a number of at least 0 (PyTorch's default is 0.01, Keras' 0.3); `swish` is x sigmoid(x).
 */
export type Activation = FusedActivation | 'elu' | 'selu' | 'softplus' | 'leakyRelu' | `leakyRelu(${number})` | 'swish'

/** The names of {@link Activation}, without those that state a slope. */
export const activations: readonly Activation[] = [
  'linear',
  'relu',
  'sigmoid',
  'tanh',
  'elu',
  'selu',
  'softplus',
  'leakyRelu',
  'swish',
]

/** The check of an option that is an {@link Activation}. */
export const activationOption: OptionCheck = (value) =>
  slopeOf(value) === undefined ? oneOf(...activations)(value) : undefined

/** The slope below 0 of `leakyRelu` and `leakyRelu(slope)`; undefined for anything else. */
export function slopeOf(activation: unknown): number | undefined {
  if (activation === 'leakyRelu') return 0.2
  const [, slope] =
    /^leakyRelu\(((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\)$/.exec(typeof activation === 'string' ? activation : '') ?? []
  return slope === undefined ? undefined : Number(slope)
}

/**
 * A layer with its activation: in the layer's kernel where that knows it, else as an op of its own after it.
 *
 * @param activation the layer's
 * @param layer the layer with an activation that its kernel knows
 * @returns owned by the caller
 */
export function withActivation<tensor extends tf.Tensor>(
  activation: Activation,
  layer: (fused: FusedActivation) => tensor,
): tensor {
  if (isFused(activation)) return layer(activation)
  return tf.tidy(() => activate(layer('linear'), activation))
}

/** activation(x), as a kernel of tfjs, named like the activation; `linear` gives x itself. */
export function activate<tensor extends tf.Tensor>(x: tensor, activation: Activation): tensor {
  if (activation === 'linear') return x
  if (activation === 'swish') return tf.mul(x, activate(x, 'sigmoid'))
  const alpha = slopeOf(activation)
  if (alpha !== undefined) return tf.engine().runKernel(tf.LeakyRelu, { x }, { alpha })
  return tf.engine().runKernel(activation.charAt(0).toUpperCase() + activation.slice(1), { x })
}

/** The activation's derivative, from its output, times dy. */
export function activationGradient<tensor extends tf.Tensor>(
  output: tensor,
  dy: tensor,
  activation: FusedActivation,
): tensor {
  if (activation === 'relu') return tf.mul(dy, tf.engine().runKernel<tf.Tensor>(tf.Step, { x: output }, { alpha: 0 }))
  if (activation === 'sigmoid') return tf.mul(dy, tf.mul(output, tf.sub(1, output)))
  if (activation === 'tanh') return tf.mul(dy, tf.sub(1, tf.square(output)))
  return dy
}

function isFused(activation: Activation): activation is FusedActivation {
  return activation === 'linear' || activation === 'relu' || activation === 'sigmoid' || activation === 'tanh'
}
