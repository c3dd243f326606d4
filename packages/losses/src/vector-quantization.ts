// The terms of a vector-quantised autoencoder: van den Oord et al., Neural discrete representation learning, 2017.
import { type ObjectiveData, ShapeError, type Trace, withGradient } from '@ae/core'
import { assertTensor } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { assertTrace } from './assert-trace.ts'
import { scale, termOf } from './composition.ts'
import { assertSameShape } from './features.ts'
import { sumOfSquares } from './sum-of-squares.ts'

/** A forward pass whose code is made of vectors of a codebook, one per position. */
export interface QuantizedTrace extends Trace {
  /** The embeddings that the code stands for, and the codebook that it was chosen from. */
  readonly quantization: Quantization
}

/** How a code was chosen from a codebook. */
export interface Quantization {
  /** The encoder's output, position after position, `[batch, codeSize]`. */
  readonly embeddings: tf.Tensor2D
  /** The index of the nearest vector at each position, `[batch, positions]`, int32. */
  readonly indices: tf.Tensor2D
  /** The vectors, `[codebookSize, embeddingSize]`. */
  readonly codebook: tf.Tensor2D
}

/**
 * Keeps the encoder near the codebook: |embeddings - code|^2, summed over positions; its gradient flows into the
 * encoder only.
 *
 * @returns an objective with the term `commitment`, `[batch]`
 * @see van den Oord et al., Neural discrete representation learning, 2017, equation 3, the third term, without its beta
 */
export function commitment(): ObjectiveData<QuantizedTrace, 'commitment'> {
  return termOf('commitment', (trace: QuantizedTrace) => {
    const { embeddings, code } = quantizationOf('commitment', trace)
    return sumOfSquares(embeddings, code)
  })
}

/**
 * Draws the codebook to the encoder's embeddings: |embeddings - code|^2, summed over positions; its gradient flows
 * into the codebook only.
 *
 * @returns an objective with the term `codebook`, `[batch]`
 * @see van den Oord et al., Neural discrete representation learning, 2017, equation 3, the second term
 */
export function codebookError(): ObjectiveData<QuantizedTrace, 'codebook'> {
  return termOf('codebook', (trace: QuantizedTrace) => {
    const { embeddings, indices, codebook, code } = quantizationOf('codebookError', trace)
    return tf.tidy(() => sumOfSquares(chosenFrom(codebook, indices, code), embeddings))
  })
}

/** The code as a function of the codebook, which may have changed since the code was looked up. */
function chosenFrom(codebook: tf.Tensor2D, indices: tf.Tensor2D, code: tf.Tensor2D): tf.Tensor2D {
  const [codebookSize, embeddingSize] = codebook.shape
  return withGradient([codebook], () => ({
    value: tf.clone(code),
    saved: [indices],
    gradient: (dy, [chosen]) => [
      tf.matMul(
        choiceOf(chosen as tf.Tensor2D, codebookSize),
        tf.reshape<tf.Rank.R2>(dy, [-1, embeddingSize]),
        true,
        false,
      ),
    ],
  }))
}

/**
 * How many vectors of the codebook a batch uses: exp of the entropy, in nats, of the vectors' shares in all positions of
 * the batch. From 1 to `codebookSize`; reported, not minimised.
 *
 * @returns an objective with the term `perplexity`, `[]`, of weight 0
 */
export function perplexity(): ObjectiveData<QuantizedTrace, 'perplexity'> {
  const value = (trace: QuantizedTrace) => {
    const { indices, codebook } = quantizationOf('perplexity', trace)
    return tf.tidy(() => {
      const share = tf.mean(choiceOf(indices, codebook.shape[0]), 0) // [codebookSize]
      return tf.exp(tf.neg(tf.sum(tf.mul(share, tf.log(tf.add(share, 1e-10))))))
    })
  }
  return scale(0, termOf('perplexity', value))
}

/** The parts of a quantised pass, checked. */
function quantizationOf(objective: string, trace: QuantizedTrace): Quantization & Pick<Trace, 'code'> {
  assertTrace(objective, trace, { quantization: 'object' })
  const { code, quantization } = trace
  const { embeddings, indices, codebook } = quantization
  assertSameShape(objective, 'embeddings', embeddings, 'code', code)
  assertTensor(objective, 'indices', indices, 'int32')
  assertTensor(objective, 'codebook', codebook, 'float32')
  if (indices.rank === 2 && codebook.rank === 2) return { embeddings, indices, codebook, code }
  throw new ShapeError(`\`${objective}\` received indices and a codebook of the wrong shape.`, {
    facts: {
      Expected: 'indices [batch, positions], codebook [codebookSize, embeddingSize]',
      Received: `indices [${indices.shape.join(', ')}], codebook [${codebook.shape.join(', ')}]`,
    },
    fix: 'pass the quantization of model.trace(x), of a vqVae',
  })
}

/** One row per position, with a 1 for the chosen vector: `[batch, positions]` -> `[batch * positions, codebookSize]`. */
function choiceOf(indices: tf.Tensor2D, codebookSize: number): tf.Tensor2D {
  // Cast: tfjs's `wasm` writes the bits of integers when asked for a float32 `oneHot`.
  return tf.cast(tf.oneHot(tf.reshape(indices, [-1]), codebookSize), 'float32') as tf.Tensor2D
}
