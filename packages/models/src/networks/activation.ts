// The activations of layers: four that the kernels of layers compute themselves, the others as tfjs ops after them.
import * as tf from '@tensorflow/tfjs-core'

/** The activations that a layer's own kernel computes. */
export type FusedActivation = 'linear' | 'relu' | 'sigmoid' | 'tanh'

/**
 * The activations of layers, by the names of their tfjs ops; `linear` is none. `leakyRelu` has the slope 0.2 below 0;
 * `swish` is x sigmoid(x).
 */
export type Activation = FusedActivation | 'elu' | 'selu' | 'softplus' | 'leakyRelu' | 'swish'

/** The names of {@link Activation}. */
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

/** activation(x), as tfjs ops; `linear` gives x itself. */
export function activate<tensor extends tf.Tensor>(x: tensor, activation: Activation): tensor {
  switch (activation) {
    case 'relu':
      return tf.relu(x)
    case 'sigmoid':
      return tf.sigmoid(x)
    case 'tanh':
      return tf.tanh(x)
    case 'elu':
      return tf.elu(x)
    case 'selu':
      return tf.selu(x)
    case 'softplus':
      return tf.softplus(x)
    case 'leakyRelu':
      return tf.leakyRelu(x, 0.2)
    case 'swish':
      return tf.mul(x, tf.sigmoid(x))
    default:
      return x
  }
}

/** The activation's derivative, from its output, times dy. */
export function activationGradient<tensor extends tf.Tensor>(
  output: tensor,
  dy: tensor,
  activation: FusedActivation,
): tensor {
  if (activation === 'relu') return tf.mul(dy, tf.step(output))
  if (activation === 'sigmoid') return tf.mul(dy, tf.mul(output, tf.sub(1, output)))
  if (activation === 'tanh') return tf.mul(dy, tf.sub(1, tf.square(output)))
  return dy
}

function isFused(activation: Activation): activation is FusedActivation {
  return activation === 'linear' || activation === 'relu' || activation === 'sigmoid' || activation === 'tanh'
}
