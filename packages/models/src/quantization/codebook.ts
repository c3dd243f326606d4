// A codebook: each embedding is replaced by its nearest vector, which moves towards the average of the embeddings that chose it.
// van den Oord et al., Neural discrete representation learning, 2017, appendix A.1; restarts after Dhariwal et al., Jukebox, 2020,
// but by shares: their counts per step depend on how many embeddings a step has for each vector.
import { type RandomAddress, withGradient } from '@ae/core'
import { randomPermutation } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { createVariable, uniformVariable } from '../networks/initialization.ts'

/** What a codebook is made of. */
export interface CodebookOptions {
  /** How many vectors. */
  readonly codebookSize: number
  /** The length of each. */
  readonly embeddingSize: number
  /** Whether the vectors follow a moving average of the embeddings, or the gradient of a loss. */
  readonly update: 'movingAverage' | 'loss'
  /** What the moving averages keep at each step, in [0, 1); more where a step has few embeddings for each vector. */
  readonly decay: number
  /** Restarts a vector whose usage is below this, in [0, 1); 0 only starts it. */
  readonly restart: number
  /** Seeds the vectors that it has before training. */
  readonly seed: number
}

/** A codebook that owns its variables. */
export interface Codebook {
  /** `[codebookSize, embeddingSize]`. */
  readonly vectors: tf.Variable<tf.Rank.R2>
  /** The vectors, if a loss moves them. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /**
   * The usage of each vector: its share of the embeddings, on average, divided by an equal share; -1 before it starts.
   * And the vectors, unless a loss moves them.
   */
  readonly state: Readonly<Record<string, tf.Variable>>
  /** The vectors by index: `[...]` -> `[..., embeddingSize]`; call it inside `tf.tidy`. */
  lookUp(indices: tf.Tensor): tf.Tensor
  /** The nearest vector of each embedding: `[count, embeddingSize]` -> `[count]`, int32; call it inside `tf.tidy`. */
  nearest(embeddings: tf.Tensor2D): tf.Tensor1D
  /**
   * Replaces each embedding by its nearest vector; the gradient passes straight through to the embedding. In a training
   * pass the codebook moves, for the next one: the averages follow, then vectors start and restart. Call it inside `tf.tidy`.
   */
  quantize(embeddings: tf.Tensor2D, pass: QuantizationPass): { indices: tf.Tensor1D; quantized: tf.Tensor2D }
}

/** Whether the codebook moves, and where its draws come from. */
interface QuantizationPass extends RandomAddress {
  /** Whether this is a training step's pass. */
  readonly training: boolean
}

/** A codebook whose vectors start in the first training pass, or in the first few if it has more vectors than a batch has embeddings. */
export function createCodebook(options: CodebookOptions): Codebook {
  const { codebookSize, embeddingSize, update, decay, restart, seed } = options
  const vectors = uniformVariable(
    'codebook',
    [codebookSize, embeddingSize],
    embeddingSize,
    seed,
  ) as tf.Variable<tf.Rank.R2>
  const usage = createVariable('codebook.usage', [codebookSize], () =>
    tf.fill([codebookSize], notStarted),
  ) as tf.Variable<tf.Rank.R1>

  const lookUp = (indices: tf.Tensor) => tf.gather<tf.Tensor>(vectors, tf.cast(indices, 'int32'))
  const nearest = (embeddings: tf.Tensor2D) => {
    const squares = tf.sum(tf.square(vectors), 1)
    // |embedding - vector|^2 without |embedding|^2, which is the same for all vectors
    return tf.argMin<tf.Tensor1D>(tf.sub(squares, tf.mul(tf.matMul(embeddings, vectors, false, true), 2)), 1)
  }
  /** u <- u + rate (share - u), and vector <- vector + (rate / u) (sum of its embeddings - their number vector) / equal. */
  const updateAverages = (embeddings: tf.Tensor2D, indices: tf.Tensor1D) => {
    const equal = embeddings.shape[0] / codebookSize // how many embeddings an equal share is
    const rate = Math.min(1 - decay, equal / leastMemory)
    // Cast: tfjs's `wasm` writes the bits of integers when asked for a float32 `oneHot`.
    const choice = tf.cast(tf.oneHot(indices, codebookSize), 'float32') as tf.Tensor2D // [count, codebookSize]
    const chosen = tf.sum<tf.Tensor1D>(choice, 0)
    const isStarted = tf.greaterEqual(usage, 0)
    const averaged = tf.add<tf.Tensor1D>(tf.mul(usage, 1 - rate), tf.mul(chosen, rate / equal))
    if (update === 'movingAverage') {
      const pull = tf.sub(tf.matMul(choice, embeddings, true, false), tf.mul(tf.expandDims(chosen, 1), vectors))
      const weight = tf.div(tf.mul(tf.cast(isStarted, 'float32'), rate / equal), tf.maximum(averaged, smallest))
      vectors.assign(tf.add(vectors, tf.mul(pull, tf.expandDims(weight, 1))))
    }
    usage.assign(tf.where(isStarted, averaged, usage))
  }
  /** Puts embeddings of the batch, each at most once, in the place of vectors that have not started or are hardly chosen. */
  const restartUnused = (embeddings: tf.Tensor2D, address: RandomAddress) => {
    const isUnused = tf.less(usage, restart)
    const rank = tf.sub(tf.cumsum<tf.Tensor1D>(tf.cast(isUnused, 'float32')), 1) // of an unused vector among those
    const count = embeddings.shape[0]
    const isNext = tf.logicalAnd(isUnused, tf.less(rank, count))
    const rows = tf.gather(
      randomPermutation(count, 'codebook', address),
      tf.cast(tf.clipByValue(rank, 0, count - 1), 'int32'),
    )
    vectors.assign(tf.where(tf.expandDims(isNext, 1), tf.gather(embeddings, tf.cast(rows, 'int32')), vectors))
    usage.assign(tf.where<tf.Tensor1D>(isNext, tf.onesLike(usage), usage))
  }
  const named = { codebook: vectors }
  return {
    vectors,
    variables: update === 'loss' ? named : {},
    state: { ...(update === 'loss' ? {} : named), 'codebook.usage': usage },
    lookUp,
    nearest,
    quantize(embeddings, { training, ...address }) {
      // Inside `withGradient` nothing is recorded, so that the codebook may move under a gradient tape.
      const indices = withGradient<tf.Tensor1D>([], () => {
        return { value: nearest(embeddings), saved: [], gradient: () => [] }
      })
      const quantized = withGradient<tf.Tensor2D>([embeddings], () => {
        const value = lookUp(indices) as tf.Tensor2D
        if (training) {
          updateAverages(embeddings, indices)
          // After the choice: a batch that chose among its own embeddings would report no error.
          restartUnused(embeddings, address)
        }
        return { value, saved: [], gradient: (dy) => [dy] }
      })
      return { indices, quantized }
    },
  }
}

/** The usage of a vector before it starts; no average is below 0. */
const notStarted = -1

/**
 * How many embeddings of an equal share the averages remember at least. A vector that is used as often as the others
 * stays within 0.5 and 1.5 then, however few embeddings a step has; one that is never chosen falls below 0.5 after 7.
 */
const leastMemory = 10

/** Keeps 0 / 0 from being NaN for a vector that nothing was ever chosen for. */
const smallest = 1e-30
