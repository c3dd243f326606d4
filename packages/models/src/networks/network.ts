// What encoders and decoders are made of: layers one after the other, each owning its variables.
import type { Shape } from '@ae/core'
import { type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'

/** What a pass through a network is for. */
export interface PassOptions {
  /** Whether a gradient flows into the input; data needs none, and leaving it out saves a matrix product. */
  readonly inputGradient: boolean
  /** Whether this is a training step's pass: batch normalisation then uses and records the batch's statistics. */
  readonly training: boolean
}

/** A layer, or a whole network: a function of a batch, with its variables. */
export interface Layer {
  /** The shape of one output, without the batch axis. */
  readonly outputShape: Shape
  /** What training moves, by the names of saved files, e.g. `encoder.0.weight`. */
  readonly variables: Readonly<Record<string, Variable>>
  /** What is saved but moved by the layer itself: running statistics. */
  readonly state: Readonly<Record<string, Variable>>
  /** The fewest examples that a training pass can take, as `Trainable` has it. Defaults to 1. */
  readonly minimumBatch?: number | undefined
  /**
   * @param x `[batch, ...]`, borrowed
   * @param pass what the pass is for
   * @returns `[batch, ...outputShape]`; call it inside `tf.tidy`
   */
  apply(x: Tensor, pass: PassOptions): Tensor
}

/** A network whose layers can be taken one by one. */
export interface Network extends Layer {
  /** From the input to the output; possibly none. */
  readonly layers: readonly Layer[]
}

/** Layers one after the other; without any, the network gives its input back. */
export function sequence(inputShape: Shape, layers: readonly Layer[]): Network {
  return {
    layers,
    outputShape: layers.at(-1)?.outputShape ?? inputShape,
    variables: Object.assign({}, ...layers.map(({ variables }) => variables)),
    state: Object.assign({}, ...layers.map(({ state }) => state)),
    minimumBatch: minimumBatchOf(layers),
    apply: (x, { inputGradient, training }) =>
      layers.reduce((h, layer, i) => {
        const next = tidy(() => layer.apply(h, { inputGradient: inputGradient || i > 0, training }))
        // What a gradient needs of it is saved: it goes with that gradient, not at the end of the whole pass.
        if (h !== x && h !== next) h.dispose()
        return next
      }, x),
  }
}

/** The fewest examples that a training pass through all of the layers can take. */
export function minimumBatchOf(layers: readonly Pick<Layer, 'minimumBatch'>[]): number {
  return Math.max(1, ...layers.map(({ minimumBatch = 1 }) => minimumBatch))
}
