// The code of a VAE: latents with a diagonal Gaussian posterior, whose mean and log variance are read off the same features.
import {
  type DiagonalGaussian,
  type GaussianTrace,
  type Prior,
  type RandomAddress,
  randomNormal,
  repeatable,
  type Shape,
  sizeOfShape,
} from '@ae/core'
import { reparameterize } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { denseLayer } from '../networks/dense-layer.ts'
import { type Affine, densePair } from '../networks/dense-pair.ts'
import type { Layer, PassOptions } from '../networks/network.ts'
import type { Bottleneck, Coded } from './bottleneck.ts'

/** Latents with a Gaussian posterior. */
export interface DiagonalGaussianCode<drawn extends Coded = Coded> extends Bottleneck<drawn & Distributions> {
  /** q(z | x) for features `[batch, ...]`. */
  posterior(features: tf.Tensor, pass: PassOptions): DiagonalGaussian
}

/** What a forward pass carries besides the code. */
type Distributions = Pick<GaussianTrace, 'posterior' | 'prior'>

/** Draws the code of a forward pass from its posterior. Mark it `repeatable` if it computes the same in every training step. */
export type Draw<drawn extends Coded> = (posterior: DiagonalGaussian, address: RandomAddress) => drawn

/** One code for each example. */
export const drawOnce: Draw<Coded> = /* @__PURE__ */ repeatable(({ mean, logVariance }, address) => {
  const noise = randomNormal(mean.shape, 'posterior', address) as tf.Tensor2D
  return { code: reparameterize(mean, logVariance, noise) }
})

/**
 * Builds a bottleneck that owns its variables: `mean.weight`, `mean.bias`, `logVariance.weight` and `logVariance.bias`.
 *
 * @param latentSize the number of latents
 * @param draw how the code of a forward pass is drawn
 * @param prior p(z)
 * @param inputShape the shape of one example's features
 * @param seed seeds the initial weights
 */
export function diagonalGaussian<drawn extends Coded>(
  latentSize: number,
  draw: Draw<drawn>,
  prior: Prior,
  inputShape: Shape,
  seed: number,
): DiagonalGaussianCode<drawn> {
  const outputShape = [latentSize]
  const layer = (name: string) => denseLayer({ name, inputShape, outputShape, activation: 'linear', seed })
  const [meanLayer, logVarianceLayer] = [layer('mean'), layer('logVariance')]
  const posterior = (features: tf.Tensor, { inputGradient }: PassOptions) => {
    const layers = [affine('mean', meanLayer), affine('logVariance', logVarianceLayer)] as const
    const [mean, logVariance] = densePair(flattened(features, inputShape), ...layers, { inputGradient })
    return { mean, logVariance }
  }
  return {
    codeSize: latentSize,
    decoderShape: outputShape,
    config: { latentSize },
    variables: { ...meanLayer.variables, ...logVarianceLayer.variables },
    state: {},
    posterior,
    encode: (features, pass) => meanLayer.apply(features, pass) as tf.Tensor2D,
    code: repeatable(
      (features, pass) => {
        const q = posterior(features, pass)
        return { ...draw(q, pass), posterior: q, prior }
      },
      [draw],
    ),
  }
}

function flattened(features: tf.Tensor, shape: Shape): tf.Tensor2D {
  return features.rank === 2 ? (features as tf.Tensor2D) : tf.reshape<tf.Rank.R2>(features, [-1, sizeOfShape(shape)])
}

function affine(name: string, { variables }: Layer): Affine {
  return {
    weight: variables[`${name}.weight`] as tf.Variable<tf.Rank.R2>,
    bias: variables[`${name}.bias`] as tf.Variable<tf.Rank.R1>,
  }
}
