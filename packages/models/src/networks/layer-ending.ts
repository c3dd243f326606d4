// What follows the weighted sums of every kind of layer: bias, normalisation, activation.
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, activate } from './activation.ts'
import { uniformVariable } from './initialization.ts'
import type { PassOptions } from './network.ts'
import { type Normalization, normalizationLayer } from './normalization.ts'

/** What a layer's ending is made of. */
export interface LayerEndingOptions {
  /** The layer's name, e.g. `encoder.0`; the prefix of its variables' names. */
  readonly name: string
  /** The length of the bias. */
  readonly biasSize: number
  /** How many inputs reach one output, for the bias's initial values. */
  readonly fanIn: number
  /** The length of the last axis of what is normalised. */
  readonly channels: number
  /** How many values of each channel one example has. */
  readonly positions: number
  /** Between the sums and the activation. */
  readonly normalization: Normalization
  /** What the normalisation adds to the variance. Defaults to 1e-5. */
  readonly epsilon?: number | undefined
  /** Applied to each output. */
  readonly activation: Activation
  /** Seeds the initial bias. */
  readonly seed: number
}

/** The end of a layer. */
export interface LayerEnding {
  /** `name.bias`, and those of the normalisation, as `name.normalization.weight`. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** Those of the normalisation, as `name.normalization.mean`. */
  readonly state: Readonly<Record<string, tf.Variable>>
  /** The fewest examples that a training pass can take. */
  readonly minimumBatch: number
  /** What the layer's kernel adds and applies; call it inside `tf.tidy`. */
  kernel(): { readonly bias: tf.Tensor1D; readonly activation: Activation }
  /** From the kernel's output to the layer's; call it inside `tf.tidy`. */
  apply(output: tf.Tensor, pass: PassOptions): tf.Tensor
}

/** A layer's ending that owns its variables. */
export function layerEnding(options: LayerEndingOptions): LayerEnding {
  const { name, biasSize, fanIn, channels, positions, normalization, epsilon, activation, seed } = options
  const normalized = normalizationLayer(`${name}.normalization`, normalization, channels, epsilon)
  const inner = normalization === 'none' ? activation : 'linear'
  // Batch normalisation takes the mean of a channel away, and so any bias before it.
  const bias =
    normalization === 'batch' ? undefined : (uniformVariable(`${name}.bias`, [biasSize], fanIn, seed) as Bias)
  return {
    variables: { ...(bias && { [`${name}.bias`]: bias }), ...normalized.variables },
    state: normalized.state,
    minimumBatch: normalization === 'batch' && positions === 1 ? 2 : 1,
    kernel: () => ({ bias: bias ?? tf.fill([biasSize], 0), activation: inner }),
    apply: (output, pass) => (normalization === 'none' ? output : activate(normalized.apply(output, pass), activation)),
  }
}

type Bias = tf.Variable<tf.Rank.R1>
