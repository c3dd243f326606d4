// What `train` and `evaluate` take as data: a source of batches. No tensor exists until a batch is requested.
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { Notes } from './notes-types.ts'
import type { Shape } from './shape.ts'

/** Which batches, in which order. */
export interface BatchOptions {
  /** Examples per batch, a positive integer. The last batch of a pass holds what remains and may be smaller. */
  readonly batchSize: number
  /** Shuffles by the `order` stream of this seed; without a seed the examples come in their stored order. */
  readonly seed?: number | undefined
  /** Which shuffle of that seed: the epoch, counted from 0. Defaults to 0. */
  readonly epoch?: number | undefined
}

/** A closed interval. */
export interface Interval {
  /** Its lower end; -Infinity if it has none. */
  readonly minimum: number
  /** Its upper end; Infinity if it has none. */
  readonly maximum: number
}

/** Examples and their labels, in the same order. Both are owned by the receiver. */
export interface LabelledBatch {
  /** `[batch, ...shape]`, float32. */
  readonly examples: Tensor
  /** `[batch]`, int32. */
  readonly labels: Tensor1D
}

/** The input of a training step. */
export type Batch = Tensor | LabelledBatch

/**
 * A source of batches. Implementations keep memory constant: a batch exists from when it is yielded until its receiver
 * disposes of it. Leaving the loop early (`break`) releases everything that was prepared ahead.
 */
export interface Dataset<batch extends Batch = Tensor> {
  /** What the data is, e.g. `mnist/train`; goes into saved models. */
  readonly name: string
  /** The shape of one example, without the batch axis. */
  readonly shape: Shape
  /** The number of examples. */
  readonly size: number
  /** The smallest and largest value in the data; `train` compares it with the likelihood's `support`. */
  readonly range: Interval
  /**
   * The label of each example in stored order, if batches have labels and all are known in advance; `train` compares them
   * with the model's `classes` before the first step. Without this list it reads the labels of each batch. Defaults to none.
   */
  readonly labels?: ArrayLike<number> | undefined
  /**
   * A checksum of everything that the batches hold, in stored order, such as a CRC-32: equal only for equal data. `train`
   * computes it once, if it writes or resumes a checkpoint, and refuses to resume with data of a different checksum. Defaults
   * to none.
   */
  readonly checksum?: (() => string) | undefined
  /**
   * The examples of one pass in its order, by their indices in stored order; what tells which examples a batch held, e.g. one in
   * which training diverged. Whatever changes the order of `batches` must change it too. Defaults to none: not known.
   *
   * @returns `size` indices
   */
  readonly order?: ((pass: BatchOptions) => ArrayLike<number> | Promise<ArrayLike<number> | undefined>) | undefined
  /** What the models that it trains shall say about it; `train` copies it to a model that has no notes. Defaults to none. */
  readonly notes?: Notes | undefined
  /**
   * One pass over the data.
   *
   * @returns batches `[batchSize, ...shape]`, float32, or examples with their labels; each is owned by the receiver
   */
  batches(options: BatchOptions): AsyncIterable<batch>
}

/** The examples of a batch, with or without labels; borrowed from it. */
export function examplesOf(batch: Batch): Tensor {
  return 'examples' in batch ? batch.examples : batch
}
