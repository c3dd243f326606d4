// The vector-quantised autoencoder: codes are vectors of a codebook, so an example becomes a short sequence of indices.
// van den Oord, Vinyals and Kavukcuoglu, Neural discrete representation learning, 2017.
import { type Autoencoder, type Likelihood, type Shape, sizeOfShape, type Trainable } from '@ae/core'
import { assertBatchOf, nonNegativeNumber, type OptionCheck, oneOf, positiveInteger } from '@ae/core/internal'
import {
  codebookError,
  commitment,
  perplexity,
  type QuantizedTrace,
  reconstruction,
  squaredError,
  sum,
  weighted,
} from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { assemble, type CommonOptions, inference, type RawDecoder } from './assembly/assembly.ts'
import { defineModel, type ModelFactory } from './define-model.ts'
import { assertIndices } from './quantization/assert-indices.ts'
import { quantizedCode } from './quantization/quantized-code.ts'
import { valuesAtOnce } from './values-at-once.ts'

/** Options of {@link vqVae}. */
export interface VqVaeOptions extends CommonOptions {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape
  /** How many vectors the codebook has, a positive integer. Defaults to 64. */
  readonly codebookSize?: number | undefined
  /** The length of each vector, a positive integer. Defaults to 16. */
  readonly embeddingSize?: number | undefined
  /**
   * How many vectors make a code, a positive integer, where the encoder's features have no places of their own, as those
   * of dense layers. Defaults to 16; leave it out with an encoder that ends in a feature map, which has one at each place.
   */
  readonly positions?: number | undefined
  /**
   * What moves the codebook: `movingAverage`, an average of the embeddings that chose each vector, or `loss`, the gradient
   * of the term `codebook`. Defaults to `movingAverage`.
   */
  readonly codebook?: 'movingAverage' | 'loss' | undefined
  /**
   * What the moving averages of the vectors and of their usage keep at each step, at least 0 and below 1; they keep more where
   * a step has so few embeddings that an average would hold fewer than 10 of an equal share. Defaults to 0.98, about the last 50 steps.
   */
  readonly decay?: number | undefined
  /** The weight of the term `commitment`, at least 0. Defaults to 0.25. */
  readonly commitmentWeight?: number | undefined
  /**
   * Restarts a vector at an embedding of the batch when its usage falls below this, at least 0 and below 1; 0 never restarts
   * one. Usage is a moving average of a vector's share of the embeddings, divided by an equal share, 1 / `codebookSize`; a
   * vector starts, and restarts, with 1. So the same value means the same for any batch size, code and codebook. Defaults to
   * 0.5, which a vector reaches after 35 steps without being chosen, or later, when an equal share would have been 7 times.
   */
  readonly restart?: number | undefined
  /** The dense encoder's hidden widths; the decoder mirrors them. Defaults to `[400]`. */
  readonly hidden?: readonly number[] | undefined
  /**
   * What the decoder's raw output means. Defaults to `squaredError({ activation: 'sigmoid' })`, for data in [0, 1].
   */
  readonly likelihood?: Likelihood | undefined
  /** Seeds the initial weights. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * A vector-quantised autoencoder. With `codebook: 'loss'` its objective has the term `codebook` too; an objective that is
 * given to `train` types it.
 */
export interface VqVae
  extends Autoencoder,
    RawDecoder,
    Trainable<QuantizedTrace, 'reconstruction' | 'commitment' | 'perplexity'> {
  readonly kind: 'vqVae'
  /** How many vectors the codebook has. */
  readonly codebookSize: number
  /** The length of each; `codeSize` is this times the number of positions. */
  readonly embeddingSize: number
  /** How the positions of a code lie, e.g. `[7, 7]` for a feature map or `[16]` for dense layers. */
  readonly codeShape: Shape
  /**
   * The vectors of each example's code, by their indices in the codebook.
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @returns `[batch, positions]`, int32 from 0 to `codebookSize - 1`, row after row of `codeShape`; owned by the caller
   * @throws {ShapeError} when `x` has another shape
   * @throws {DisposedError} after `dispose()`
   */
  encodeIndices(x: tf.Tensor): tf.Tensor2D
  /**
   * The mean of x for codes that are given by indices: `decodeIndices(encodeIndices(x))` is `reconstruct(x)`.
   *
   * @param indices `[batch, positions]`, int32 from 0 to `codebookSize - 1`, borrowed
   * @returns `[batch, ...inputShape]`, owned by the caller
   * @throws {ShapeError} when `indices` has another shape
   * @throws {OptionError} when one is not of the codebook; on WebGPU outside of a page not of indices that the GPU computed
   * @throws {DisposedError} after `dispose()`
   */
  decodeIndices(indices: tf.Tensor2D): tf.Tensor
}

/**
 * A vector-quantised autoencoder: `encode` gives vectors of the codebook; `decode` takes any vectors and decodes them
 * unchanged, so that one can interpolate between two codes.
 *
 * The codebook moves at the end of a training step, so that no batch chooses among its own embeddings: the losses that
 * `train` reports are those that `evaluate` measures.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises its layers; the codebook starts, at the end
 *   of the first training step, as embeddings of its batch, or of the first few batches if it has more vectors than those
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = vqVae({ inputShape: [28, 28, 1], codebookSize: 128, seed: 1 })
 * ```
 */
export const vqVae: ModelFactory<VqVaeOptions, VqVae> = /* @__PURE__ */ defineModel('vqVae', (options) => {
  const { bottleneck, members, assertAlive, assertInput, fromFeatures, meanOf } = assemble('vqVae', options, {
    checks: ownChecks(),
    hidden: [400],
    likelihood: squaredError({ activation: 'sigmoid' }),
    bottleneck(featureShape, seed) {
      const { codebookSize = 64, embeddingSize = 16, codebook = 'movingAverage', decay = 0.98 } = options
      const { positions, commitmentWeight = 0.25, restart = 0.5 } = options
      const own = { codebookSize, embeddingSize, positions, codebook, decay, commitmentWeight, restart }
      return { ...quantizedCode({ ...own, featureShape, seed, update: codebook }), config: own }
    },
  })
  const { codebookSize, embeddingSize, codebook, commitmentWeight } = bottleneck.config
  const positions = sizeOfShape(bottleneck.codeShape)
  return {
    kind: 'vqVae',
    ...members,
    codebookSize,
    embeddingSize,
    codeShape: bottleneck.codeShape,
    objective: ownObjective(codebook, commitmentWeight),
    encodeIndices(x) {
      assertInput('encodeIndices', x)
      return tf.tidy(() => fromFeatures(x, inference, bottleneck.indices))
    },
    decodeIndices(indices) {
      assertAlive('decodeIndices')
      assertBatchOf('decodeIndices', 'indices', indices, [positions], { dtype: 'int32' })
      assertIndices('decodeIndices', valuesAtOnce(indices), codebookSize)
      return tf.tidy(() => meanOf(bottleneck.lookUp(indices), inference))
    },
  }
})

/** Equation 3 of the paper; with a moving average the second term is left out. */
function ownObjective(update: 'movingAverage' | 'loss', commitmentWeight: number): VqVae['objective'] {
  const terms = [reconstruction(), weighted(commitmentWeight, commitment()), perplexity()] as const
  return update === 'loss' ? sum(...terms, codebookError()) : sum(...terms)
}

const fractionOption: OptionCheck = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'a number of at least 0 and below 1'

// A function, so that an app without such a model does not ship it.
const ownChecks = () => ({
  codebookSize: positiveInteger,
  embeddingSize: positiveInteger,
  positions: positiveInteger,
  codebook: oneOf('movingAverage', 'loss'),
  decay: fractionOption,
  commitmentWeight: nonNegativeNumber,
  restart: fractionOption,
})
