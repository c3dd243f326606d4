// A codebook: vectors of which each embedding gets the nearest, moved by an average over what they were chosen for.
// van den Oord et al., Neural discrete representation learning, 2017, appendix A.1; restarts as Dhariwal et al., Jukebox, 2020.
import { permutation, type RandomAddress, withGradient } from '@ae/core'
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
  /** What the moving averages keep at each step, in [0, 1). */
  readonly decay: number
  /** Restarts a vector that is chosen fewer times a step than this, on average; 0 only starts it. */
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
  /** How often each vector is chosen in a step, on average; and the vectors, unless a loss moves them. */
  readonly state: Readonly<Record<string, tf.Variable>>
  /** The vectors by index: `[...]` -> `[..., embeddingSize]`; call it inside `tf.tidy`. */
  lookUp(indices: tf.Tensor): tf.Tensor
  /** The nearest vector of each embedding: `[count, embeddingSize]` -> `[count]`, int32; call it inside `tf.tidy`. */
  nearest(embeddings: tf.Tensor2D): tf.Tensor1D
  /**
   * Replaces each embedding by its nearest vector; the gradient passes straight through to the embedding. In a training
   * pass the codebook moves: unused vectors restart before, the averages follow after. Call it inside `tf.tidy`.
   */
  quantize(embeddings: tf.Tensor2D, pass: QuantizationPass): { indices: tf.Tensor1D; quantized: tf.Tensor2D }
}

/** Whether the codebook moves, and where its draws come from. */
interface QuantizationPass extends RandomAddress {
  /** Whether this is a training step's pass. */
  readonly training: boolean
}

/** A codebook whose vectors start, in the first training pass, as embeddings of that batch. */
export function createCodebook(options: CodebookOptions): Codebook {
  const { codebookSize, embeddingSize, update, decay, restart, seed } = options
  const vectors = uniformVariable(
    'codebook',
    [codebookSize, embeddingSize],
    embeddingSize,
    seed,
  ) as tf.Variable<tf.Rank.R2>
  const counts = createVariable('codebook.counts', [codebookSize], () =>
    tf.fill([codebookSize], notStarted),
  ) as tf.Variable<tf.Rank.R1>

  const lookUp = (indices: tf.Tensor) => tf.gather<tf.Tensor>(vectors, tf.cast(indices, 'int32'))
  const nearest = (embeddings: tf.Tensor2D) => {
    const squares = tf.sum(tf.square(vectors), 1)
    // |embedding - vector|^2 without |embedding|^2, which is the same for all vectors
    return tf.argMin<tf.Tensor1D>(tf.sub(squares, tf.mul(tf.matMul(embeddings, vectors, false, true), 2)), 1)
  }
  /** Puts embeddings of the batch, drawn without replacement, in the place of the vectors that are hardly chosen. */
  const restartUnused = (embeddings: tf.Tensor2D, address: RandomAddress) => {
    const unused = tf.less(counts, restart)
    const order = permutation('codebook', address, embeddings.shape[0])
    const rows = Array.from({ length: codebookSize }, (_, i) => order[i % order.length] ?? 0)
    const drawn = tf.gather(embeddings, tf.tensor1d(rows, 'int32'))
    const restarted = tf.where(tf.expandDims(unused, 1), drawn, vectors)
    const started = tf.where<tf.Tensor1D>(unused, tf.fill([codebookSize], Math.max(1, restart)), counts)
    vectors.assign(restarted)
    counts.assign(started)
  }
  /** N <- decay N + (1 - decay) n, and vector <- vector + (1 - decay) (m - n vector) / N: n embeddings, of sum m. */
  const follow = (embeddings: tf.Tensor2D, indices: tf.Tensor1D) => {
    // Cast: tfjs's `wasm` writes the bits of integers when asked for a float32 `oneHot`.
    const choice = tf.cast(tf.oneHot(indices, codebookSize), 'float32') as tf.Tensor2D // [count, codebookSize]
    const chosen = tf.sum<tf.Tensor1D>(choice, 0)
    const averaged = tf.add<tf.Tensor1D>(tf.mul(counts, decay), tf.mul(chosen, 1 - decay))
    if (update === 'movingAverage') {
      const pull = tf.sub(tf.matMul(choice, embeddings, true, false), tf.mul(tf.expandDims(chosen, 1), vectors))
      const rate = tf.div(1 - decay, tf.maximum(averaged, smallest))
      vectors.assign(tf.add(vectors, tf.mul(pull, tf.expandDims(rate, 1))))
    }
    counts.assign(averaged)
  }
  const named = { codebook: vectors }
  return {
    vectors,
    variables: update === 'loss' ? named : {},
    state: { ...(update === 'loss' ? {} : named), 'codebook.counts': counts },
    lookUp,
    nearest,
    quantize(embeddings, { training, ...address }) {
      // Inside `withGradient` nothing is recorded, so that the codebook may move under a gradient tape.
      const indices = withGradient<tf.Tensor1D>([], () => {
        if (training) restartUnused(embeddings, address)
        return { value: nearest(embeddings), saved: [], gradient: () => [] }
      })
      const quantized = withGradient<tf.Tensor2D>([embeddings], () => {
        const value = lookUp(indices) as tf.Tensor2D
        if (training) follow(embeddings, indices)
        return { value, saved: [], gradient: (dy) => [dy] }
      })
      return { indices, quantized }
    },
  }
}

/** The count of vectors before the first training pass; no average is below 0. */
const notStarted = -1

/** Keeps 0 / 0 from being NaN for a vector that nothing was ever chosen for. */
const smallest = 1e-30
