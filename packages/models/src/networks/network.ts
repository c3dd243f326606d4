// What encoders and decoders are made of: layers one after the other, each owning its variables.
import type { Shape } from '@ae/core'
import { dispose, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'

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

/**
 * Layers between shapes, each made before the next shape is asked for: where a file is loaded, the first that it has no weights
 * for ends it, however many its options name.
 *
 * @param shapes from the input's to the output's
 * @param create makes a layer by the shapes before and after it and its position; when it throws, the layers before it are disposed of
 */
export function layersBetween(
  shapes: Iterable<Shape>,
  create: (inputShape: Shape, outputShape: Shape, i: number) => Layer,
): readonly Layer[] {
  const layers: Layer[] = []
  let before: Shape | undefined
  try {
    for (const shape of shapes) {
      if (before !== undefined) layers.push(create(before, shape, layers.length))
      before = shape
    }
  } catch (error) {
    for (const { variables, state } of layers) dispose([{ ...variables }, { ...state }])
    throw error
  }
  return layers
}

/** Layers one after the other; without any, the network gives its input back. */
export function sequence(inputShape: Shape, layers: readonly Layer[]): Network {
  return {
    layers,
    outputShape: layers.at(-1)?.outputShape ?? inputShape,
    variables: Object.assign({}, ...layers.map(({ variables }) => variables)),
    state: Object.assign({}, ...layers.map(({ state }) => state)),
    apply: (x, { inputGradient, training }) =>
      layers.reduce((h, layer, i) => {
        const next = tidy(() => layer.apply(h, { inputGradient: inputGradient || i > 0, training }))
        // What a gradient needs of it is saved: it goes with that gradient, not at the end of the whole pass.
        if (h !== x && h !== next) h.dispose()
        return next
      }, x),
  }
}
