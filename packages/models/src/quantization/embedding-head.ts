// Between an encoder and its codebook: from features to an embedding at each position of the code.
import { type Shape, sizeOfShape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { denseLayer } from '../networks/dense-layer.ts'
import type { PassOptions } from '../networks/network.ts'

/** What an embedding head is made of. */
export interface EmbeddingHeadOptions {
  /** The shape of the encoder's output. */
  readonly featureShape: Shape
  /** How many embeddings make a code; where absent, one for each place of a feature map, and 16 without places. */
  readonly positions?: number | undefined
  /** The length of each. */
  readonly embeddingSize: number
  /** Seeds the initial weights. */
  readonly seed: number
}

/** A linear layer to embeddings: over all features, or at each place of a feature map (a 1 x 1 convolution). */
export interface EmbeddingHead {
  /** How the positions lie: `[height, width]` of a feature map, or `[positions]`. */
  readonly codeShape: Shape
  /** The shape of the code that the decoder takes: `[height, width, embeddingSize]`, or `[codeSize]`. */
  readonly decodedShape: Shape
  /** Its weight and bias. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** `[batch, ...featureShape]` -> `[batch * positions, embeddingSize]`; call it inside `tf.tidy`. */
  apply(features: tf.Tensor, pass: PassOptions): tf.Tensor2D
}

/** An embedding head that owns its two variables. */
export function embeddingHead({ featureShape, positions, embeddingSize, seed }: EmbeddingHeadOptions): EmbeddingHead {
  const perPlace = featureShape.length > 1 && positions === undefined
  const codeShape = perPlace ? featureShape.slice(0, -1) : [positions ?? 16]
  const codeSize = sizeOfShape(codeShape) * embeddingSize
  const inputShape = perPlace ? featureShape.slice(-1) : featureShape
  const outputShape = [perPlace ? embeddingSize : codeSize]
  const layer = denseLayer({ name: 'embedding', inputShape, outputShape, activation: 'linear', seed })
  return {
    codeShape,
    decodedShape: perPlace ? [...codeShape, embeddingSize] : [codeSize],
    variables: layer.variables,
    apply(features, pass) {
      const flat = tf.reshape(features, [-1, sizeOfShape(inputShape)])
      return tf.reshape(layer.apply(flat, pass), [-1, embeddingSize])
    },
  }
}
