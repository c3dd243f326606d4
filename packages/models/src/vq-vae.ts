// The vector-quantised autoencoder: codes are vectors of a codebook, so an example is a short text in its indices.
// van den Oord, Vinyals and Kavukcuoglu, Neural discrete representation learning, 2017.
import { type Autoencoder, type Likelihood, OptionError, type Shape, sizeOfShape, type Trainable } from '@ae/core'
import {
  addressOption,
  assertBatchOf,
  assertOption,
  assertOptions,
  firstUnknownLabel,
  likelihoodOption,
  nonNegativeNumber,
  type OptionCheck,
  oneOf,
  positiveInteger,
  seedOption,
  shapeOption,
} from '@ae/core/internal'
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
import { autoencoderMembers } from './autoencoder-members.ts'
import { inference } from './autoencoder-parts.ts'
import { defineModel, type ModelFactory, ownVariables } from './define-model.ts'
import { type ArchitectureChoice, architectureChecks, chooseArchitecture } from './networks/choose-architecture.ts'
import { minimumBatchOf, type PassOptions } from './networks/network.ts'
import { outputHead } from './networks/output-head.ts'
import { createCodebook } from './quantization/codebook.ts'
import { embeddingHead } from './quantization/embedding-head.ts'
import { valuesAtOnce } from './values-at-once.ts'

/** Options of {@link vqVae}. */
export interface VqVaeOptions extends ArchitectureChoice {
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
export interface VqVae extends Autoencoder, Trainable<QuantizedTrace, 'reconstruction' | 'commitment' | 'perplexity'> {
  readonly kind: 'vqVae'
  /** What the decoder's raw output means. */
  readonly likelihood: Likelihood
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
 * A vector-quantised autoencoder: `encode` gives vectors of the codebook; `decode` takes any vectors and decodes them as
 * they are, so that one may walk between two codes.
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
  assertOptions('vqVae', options, optionChecks(), ['inputShape'])
  const {
    inputShape,
    codebookSize = 64,
    embeddingSize = 16,
    codebook: update = 'movingAverage',
    decay = 0.98,
    commitmentWeight = 0.25,
    restart = 0.5,
    likelihood = squaredError({ activation: 'sigmoid' }),
    seed = 0,
  } = options
  const architecture = chooseArchitecture('vqVae', options, [400])
  const encoder = architecture.encoder({ inputShape, seed })
  const embed = embeddingHead({
    featureShape: encoder.outputShape,
    positions: options.positions,
    embeddingSize,
    seed,
  })
  const { codeShape, decodedShape } = embed
  const positions = sizeOfShape(codeShape)
  const codeSize = positions * embeddingSize
  const book = createCodebook({ codebookSize, embeddingSize, update, decay, restart, seed })
  const head = outputHead(likelihood)
  const decoder = architecture.decoder({ codeShape: decodedShape, inputShape, parameters: head.emitted, seed })
  const variables = {
    ...encoder.variables,
    ...embed.variables,
    ...book.variables,
    ...decoder.variables,
    ...head.variables,
  }
  const state = { ...encoder.state, ...book.state, ...decoder.state }
  const { assertAlive, ...life } = ownVariables('vqVae', variables, state)

  const embedIn = (x: tf.Tensor, pass: PassOptions) =>
    embed.apply(encoder.apply(x, pass), { ...pass, inputGradient: pass.inputGradient || encoder.layers.length > 0 })
  const indicesIn = (x: tf.Tensor) => book.nearest(embedIn(x, inference))
  const codeOf = (indices: tf.Tensor) => tf.reshape<tf.Rank.R2>(book.lookUp(indices), [-1, codeSize])
  const outputIn = (code: tf.Tensor2D, pass: PassOptions) =>
    head.complete(decoder.apply(tf.reshape(code, [-1, ...decodedShape]), pass))
  const decodeIn = (code: tf.Tensor2D) => likelihood.mean(outputIn(code, inference))
  const { members, check } = autoencoderMembers({
    inputShape,
    codeSize,
    encodeIn: (x) => codeOf(indicesIn(x)),
    decodeIn,
    assertAlive,
  })
  return {
    kind: 'vqVae',
    ...members,
    codebookSize,
    embeddingSize,
    codeShape,
    likelihood,
    variables,
    state,
    minimumBatch: minimumBatchOf([encoder, decoder]),
    config: {
      inputShape,
      codebookSize,
      embeddingSize,
      positions: options.positions,
      codebook: update,
      decay,
      commitmentWeight,
      restart,
      architecture: architecture.config,
      likelihood: likelihood.config,
      seed,
    },
    objective: ownObjective(update, commitmentWeight),
    encodeIndices(x) {
      check('encodeIndices', x)
      return tf.tidy(() => tf.reshape<tf.Rank.R2>(indicesIn(x), [-1, positions]))
    },
    decodeIndices(indices) {
      assertAlive('decodeIndices')
      assertBatchOf('decodeIndices', 'indices', indices, [positions], { dtype: 'int32' })
      assertKnown(valuesAtOnce(indices), codebookSize)
      return tf.tidy(() => decodeIn(codeOf(indices)))
    },
    trace(x, options = {}) {
      check('trace', x)
      assertOption('trace', 'options', options, addressOption)
      const { training = false, ...address } = options
      const embeddings = embedIn(x, { inputGradient: false, training })
      const { indices, quantized } = book.quantize(embeddings, { training, ...address })
      const code = tf.reshape<tf.Rank.R2>(quantized, [-1, codeSize])
      return {
        input: x,
        target: x,
        code,
        output: outputIn(code, { inputGradient: true, training }),
        likelihood,
        quantization: {
          embeddings: tf.reshape<tf.Rank.R2>(embeddings, [-1, codeSize]),
          indices: tf.reshape<tf.Rank.R2>(indices, [-1, positions]),
          codebook: book.vectors,
        },
      }
    },
    ...life,
  }
})

/** Equation 3 of the paper; with a moving average the second term is left out. */
function ownObjective(update: 'movingAverage' | 'loss', commitmentWeight: number): VqVae['objective'] {
  const terms = [reconstruction(), weighted(commitmentWeight, commitment()), perplexity()] as const
  return update === 'loss' ? sum(...terms, codebookError()) : sum(...terms)
}

/** What a gather beyond the codebook gives differs from backend to backend. */
function assertKnown(indices: ArrayLike<number>, codebookSize: number): void {
  const at = firstUnknownLabel(indices, codebookSize)
  if (at === undefined) return
  throw new OptionError('`decodeIndices` received an index that the codebook has no vector for.', {
    facts: { Expected: `integers from 0 to ${codebookSize - 1}`, Received: `${indices[at]}, value ${at} of indices` },
    fix: 'pass indices that encodeIndices of this model gave, or of a codebook of this size',
  })
}

const fractionOption: OptionCheck = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'a number of at least 0 and below 1'

// A function: what spreads another object stays in the bundle of every app, though it has no such model.
const optionChecks = () => ({
  inputShape: shapeOption,
  codebookSize: positiveInteger,
  embeddingSize: positiveInteger,
  positions: positiveInteger,
  codebook: oneOf('movingAverage', 'loss'),
  decay: fractionOption,
  commitmentWeight: nonNegativeNumber,
  restart: fractionOption,
  ...architectureChecks,
  likelihood: likelihoodOption,
  seed: seedOption,
})
