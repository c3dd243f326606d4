// A dense layer with PyTorch's default initialisation.
import { reshape, type Shape, sizeOfShape } from '@ae/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { Activation } from './activation.ts'
import { dense } from './dense.ts'
import { uniformVariable } from './initialization.ts'
import { layerEnding } from './layer-ending.ts'
import type { Layer } from './network.ts'
import type { Normalization } from './normalization.ts'

/** What a dense layer is made of. */
export interface DenseLayerOptions {
  /** The prefix of its variables' names, e.g. `encoder.0`: `name.weight` `[in, out]` and `name.bias` `[out]`. */
  readonly name: string
  /** The shape of one input; flattened where it has more axes than one. */
  readonly inputShape: Shape
  /** The shape of one output. */
  readonly outputShape: Shape
  /** Between the sums and the activation. Defaults to `none`. */
  readonly normalization?: Normalization | undefined
  /** What the normalisation adds to the variance. Defaults to 1e-5. */
  readonly epsilon?: number | undefined
  /** Applied to each output. */
  readonly activation: Activation
  /** Seeds the initial weights. */
  readonly seed: number
}

/** A dense layer that owns its variables. */
export function denseLayer(options: DenseLayerOptions): Layer {
  const { name, inputShape, outputShape, normalization = 'none', epsilon, activation, seed } = options
  const [inputSize, outputSize] = [sizeOfShape(inputShape), sizeOfShape(outputShape)]
  const weight = uniformVariable(`${name}.weight`, [inputSize, outputSize], inputSize, seed) as tf.Variable<tf.Rank.R2>
  const ending = layerEnding({
    name,
    biasSize: outputSize,
    fanIn: inputSize,
    channels: outputShape.at(-1) ?? 1,
    positions: outputSize / (outputShape.at(-1) ?? 1),
    normalization,
    epsilon,
    activation,
    seed,
  })
  return {
    outputShape,
    variables: { [`${name}.weight`]: weight, ...ending.variables },
    state: ending.state,
    minimumBatch: ending.minimumBatch,
    apply(x, pass) {
      const flat = x.rank === 2 ? (x as tf.Tensor2D) : reshape<tf.Rank.R2>(x, [-1, inputSize])
      const kernel = ending.kernel()
      const output = dense(flat, weight, kernel.bias, kernel.activation, pass)
      return ending.apply(outputShape.length === 1 ? output : reshape(output, [-1, ...outputShape]), pass)
    },
  }
}
