// The code of a VQ-VAE: at each position the vector of a codebook that is nearest to an embedding of the features.
import { repeatable, type Shape, sizeOfShape } from '@ae/core'
import type { Quantization } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { Bottleneck, Coded, Pass } from '../assembly/bottleneck.ts'
import { denseLayer } from '../networks/dense-layer.ts'
import type { PassOptions } from '../networks/network.ts'
import { type CodebookOptions, createCodebook } from './codebook.ts'

/** What a quantised code is made of. */
export interface QuantizedCodeOptions extends CodebookOptions {
  /** The shape of one example's features. */
  readonly featureShape: Shape
  /** How many vectors make a code; where absent, one for each place of a feature map, and 16 without places. */
  readonly positions?: number | undefined
}

/** A code of vectors of a codebook. */
export interface QuantizedCode extends Omit<Bottleneck<Coded & { readonly quantization: Quantization }>, 'config'> {
  /** How the positions lie: `[height, width]` of a feature map, or `[positions]`. */
  readonly codeShape: Shape
  /** Which vector stands at each position, for features `[batch, ...]`: `[batch, positions]`, int32. */
  indices(features: tf.Tensor, pass: PassOptions): tf.Tensor2D
  /** The code that indices `[batch, positions]` stand for, `[batch, codeSize]`. */
  lookUp(indices: tf.Tensor): tf.Tensor2D
}

/**
 * A bottleneck that owns its variables: those of the codebook, and of a linear layer to the embeddings, over all features or at
 * each place of a feature map (a 1 x 1 convolution).
 */
export function quantizedCode(options: QuantizedCodeOptions): QuantizedCode {
  const { featureShape, positions, embeddingSize, seed } = options
  const isMap = featureShape.length > 1 && positions === undefined
  const codeShape = isMap ? featureShape.slice(0, -1) : [positions ?? 16]
  const count = sizeOfShape(codeShape)
  const codeSize = count * embeddingSize
  const inputShape = isMap ? featureShape.slice(-1) : featureShape
  const outputShape = [isMap ? embeddingSize : codeSize]
  const layer = denseLayer({ name: 'embedding', inputShape, outputShape, activation: 'linear', seed })
  const codebook = createCodebook(options)

  /** `[batch, ...featureShape]` -> `[batch * positions, embeddingSize]` */
  const embeddingsOf = (features: tf.Tensor, pass: PassOptions): tf.Tensor2D => {
    const flat = tf.reshape(features, [-1, sizeOfShape(inputShape)])
    return tf.reshape(layer.apply(flat, pass), [-1, embeddingSize])
  }
  const rowsOf = (x: tf.Tensor, size: number) => tf.reshape<tf.Rank.R2>(x, [-1, size])
  const indices = (features: tf.Tensor, pass: PassOptions) =>
    rowsOf(codebook.nearest(embeddingsOf(features, pass)), count)
  const lookUp = (chosen: tf.Tensor) => rowsOf(codebook.lookUp(chosen), codeSize)
  return {
    codeSize,
    codeShape,
    decoderShape: isMap ? [...codeShape, embeddingSize] : [codeSize],
    variables: { ...layer.variables, ...codebook.variables },
    state: codebook.state,
    indices,
    lookUp,
    encode: (features, pass) => lookUp(indices(features, pass)),
    code: repeatable((features: tf.Tensor, pass: Pass) => {
      const embeddings = embeddingsOf(features, pass)
      const { indices, quantized } = codebook.quantize(embeddings, pass)
      return {
        code: rowsOf(quantized, codeSize),
        quantization: {
          embeddings: rowsOf(embeddings, codeSize),
          indices: rowsOf(indices, count),
          codebook: codebook.vectors,
        },
      }
    }),
  }
}
