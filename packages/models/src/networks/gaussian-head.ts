// The two dense layers that read a Gaussian's mean and log variance off the same features.
import { type DiagonalGaussian, type Shape, sizeOfShape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { denseLayer } from './dense-layer.ts'
import { type Affine, densePair } from './dense-pair.ts'
import type { Layer, PassOptions } from './network.ts'

/** Features to a Gaussian over latents. */
export interface GaussianHead {
  /** `mean.weight`, `mean.bias`, `logVariance.weight` and `logVariance.bias`. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** The Gaussian for features `[batch, ...]`, borrowed; call it inside `tf.tidy`. */
  apply(features: tf.Tensor, pass: PassOptions): DiagonalGaussian
  /** Its mean alone. */
  mean(features: tf.Tensor, pass: PassOptions): tf.Tensor2D
}

/**
 * A head that owns its variables.
 *
 * @param inputShape the shape of one example's features; flattened where it has more axes than one
 * @param latentSize the number of latents
 * @param seed seeds the initial weights
 */
export function gaussianHead(inputShape: Shape, latentSize: number, seed: number): GaussianHead {
  const layer = (name: string) =>
    denseLayer({ name, inputShape, outputShape: [latentSize], activation: 'linear', seed })
  const [meanLayer, logVarianceLayer] = [layer('mean'), layer('logVariance')]
  return {
    variables: { ...meanLayer.variables, ...logVarianceLayer.variables },
    apply(features, { inputGradient }) {
      const isFlat = features.rank === 2
      const flat = isFlat ? (features as tf.Tensor2D) : tf.reshape<tf.Rank.R2>(features, [-1, sizeOfShape(inputShape)])
      const layers = [affine('mean', meanLayer), affine('logVariance', logVarianceLayer)] as const
      const [mean, logVariance] = densePair(flat, ...layers, { inputGradient })
      return { mean, logVariance }
    },
    mean: (features, pass) => meanLayer.apply(features, pass) as tf.Tensor2D,
  }
}

function affine(name: string, { variables }: Layer): Affine {
  return {
    weight: variables[`${name}.weight`] as tf.Variable<tf.Rank.R2>,
    bias: variables[`${name}.bias`] as tf.Variable<tf.Rank.R1>,
  }
}
