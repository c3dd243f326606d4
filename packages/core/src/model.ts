// What every autoencoder can do, and what `train` needs of one.
import type { Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { Batch, Interval } from './dataset.ts'
import type { RandomAddress } from './random/random.ts'
import type { Shape } from './shape.ts'

/** Any value that JSON holds: what a saved model's options are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }

/**
 * p(x | output): what a decoder's raw output means. The objective and `decode` use the same object, so they agree by
 * construction.
 */
export interface Likelihood {
  /** Names it in saved models, e.g. `bernoulli`. */
  readonly kind: string
  /** The values that a target may take; data outside is refused before training. */
  readonly support: Interval
  /**
   * The raw outputs that describe one feature, e.g. 2 for a mean and a scale. With 1, the default, the decoder's raw
   * output is `[batch, ...shape]`; with n > 1 it is `[batch, ...shape, n]`.
   */
  readonly parameters?: number | undefined
  /**
   * Which of them no network emits: the last `shared.length` are one learned number each, the same for every feature;
   * the list holds their initial values. The model owns the variable. Defaults to none.
   */
  readonly shared?: readonly number[] | undefined
  /**
   * -log p(target | output), summed over features.
   *
   * @param output the decoder's raw output, `[batch, ...shape]` or `[batch, ...shape, parameters]`, borrowed
   * @param target `[batch, ...shape]`, borrowed
   * @returns `[batch]`, nats unless the likelihood says otherwise; owned by the caller
   */
  negativeLogLikelihood(output: Tensor, target: Tensor): Tensor1D
  /**
   * The mean of x under the distribution: what `decode` returns.
   *
   * @param output the decoder's raw output, borrowed
   * @returns `[batch, ...shape]`, owned by the caller
   */
  mean(output: Tensor): Tensor
  /** What restores it from a saved model. */
  readonly config: LikelihoodConfig
}

/** A likelihood as JSON: its kind and its options by name. */
export interface LikelihoodConfig {
  /** The likelihood's `kind`. */
  readonly kind: string
  /** Its options. */
  readonly [option: string]: Json | undefined
}

/**
 * One forward pass. Its tensors have one row an example, except that a model which draws several codes for each (IWAE)
 * has one row a draw in `target`, `code` and `output`.
 */
export interface Trace {
  /** What the encoder saw, `[batch, ...inputShape]`. */
  readonly input: Tensor
  /** What the output is compared with, the same shape; `input` itself unless the model corrupts its input. */
  readonly target: Tensor
  /** The hidden representation that was decoded, `[batch, codeSize]`. */
  readonly code: Tensor2D
  /** The decoder's raw output (logits, means), `[batch, ...inputShape]`, with an axis more if it has `parameters`. */
  readonly output: Tensor
  /** What `output` means. */
  readonly likelihood: Likelihood
}

/** A diagonal Gaussian over latents. */
export interface DiagonalGaussian {
  /** `[batch, latentSize]`. */
  readonly mean: Tensor2D
  /** log of the variance, `[batch, latentSize]`. */
  readonly logVariance: Tensor2D
}

/** A forward pass whose code is a sample of a Gaussian posterior q(z | x). */
export interface GaussianTrace extends Trace {
  /** q(z | x). */
  readonly posterior: DiagonalGaussian
}

/** A term that counts `weight` times in the total; reports show `value` unweighted. */
export interface WeightedTerm {
  /** `[batch]` or `[]`. */
  readonly value: Tensor
  /** Its coefficient at this step. */
  readonly weight: number
}

/** Named loss terms. What is minimised is the sum of their batch means, each times its weight. */
export type Terms<name extends string = string> = Readonly<Record<name, Tensor | WeightedTerm>>

/** From a forward pass to its loss terms. */
export interface Objective<trace extends Trace, name extends string> {
  /**
   * The terms.
   *
   * @param trace borrowed
   * @param step optimiser steps made so far, for coefficients that are schedules
   */
  (trace: trace, step: number): Terms<name>
  /**
   * The weight of each term at a step, in the order of the terms. Only of an objective in which nothing else changes from
   * step to step; see {@link repeatable}. Defaults to none.
   *
   * @param step optimiser steps made so far
   */
  readonly weights?: ((step: number) => Readonly<Record<name, number>>) | undefined
  /**
   * The numbers besides the weights that its terms depend on, by name, at a step, e.g. the rate of `klSparsity`: a run
   * resumes only with those of its checkpoint. Defaults to none.
   *
   * @param step optimiser steps made so far
   */
  readonly settings?: ((step: number) => Readonly<Record<string, number>>) | undefined
}

/** A coefficient: a number, or a function of the optimiser steps made so far. */
export type Schedule = number | ((step: number) => number)

/** What every autoencoder can do; what pictures and metrics take. */
export interface Autoencoder {
  /** The shape of one example, without the batch axis. */
  readonly inputShape: Shape
  /** The length of a code. */
  readonly codeSize: number
  /**
   * The code of each example; where the code is random, the mean of its posterior.
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @returns `[batch, codeSize]`, owned by the caller
   * @throws {ShapeError} when `x` has another shape
   * @throws {DisposedError} after `dispose()`
   */
  encode(x: Tensor): Tensor2D
  /**
   * The mean of x for each code, in the units of the data.
   *
   * @param code `[batch, codeSize]`, borrowed
   * @returns `[batch, ...inputShape]`, owned by the caller
   * @throws {ShapeError} when `code` has another shape
   * @throws {DisposedError} after `dispose()`
   */
  decode(code: Tensor2D): Tensor
  /**
   * `decode(encode(x))`: deterministic.
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @returns the same shape, owned by the caller
   * @throws {ShapeError} when `x` has another shape
   * @throws {DisposedError} after `dispose()`
   */
  reconstruct(x: Tensor): Tensor
  /** Releases the model's variables. A second call does nothing. */
  dispose(): void
  /** The same as `dispose()`, for `using`. */
  [Symbol.dispose](): void
}

/** Where the randomness of a forward pass comes from, and what the pass is for. */
export interface TraceOptions extends RandomAddress {
  /**
   * Whether the pass is a training step's: then statistics of the batch are used and recorded (batch normalisation, a
   * codebook's moving averages). Defaults to false.
   */
  readonly training?: boolean | undefined
}

/**
 * What `train` needs: the variables to move, one forward pass, and the paper's own objective. Most models are an
 * {@link Autoencoder} too; one that needs more than `x` to encode (labels) is not.
 */
export interface Trainable<trace extends Trace = Trace, name extends string = string, batch extends Batch = Tensor> {
  /** Names the model in saved files, e.g. `vae`. */
  readonly kind: string
  /** The shape of one example, without the batch axis. */
  readonly inputShape: Shape
  /**
   * How many labels there are, where batches must have labels: integers from 0 to `classes` - 1; others are refused before
   * training. Defaults to none: the model takes no labels, or any.
   */
  readonly classes?: number | undefined
  /** The options that make this model again, as JSON. */
  readonly config: Readonly<Record<string, Json | undefined>>
  /** What the decoder's raw output means. */
  readonly likelihood: Likelihood
  /** The variables that training moves, by the names they have in saved files. Owned by the model. */
  readonly variables: Readonly<Record<string, Variable>>
  /** What is saved with the variables but moved by the model itself, in training passes. Defaults to nothing. */
  readonly state?: Readonly<Record<string, Variable>> | undefined
  /**
   * The fewest examples that a training pass can take, a positive integer; 2 where batch normalisation has one value an
   * example. `train` refuses a smaller batch size and leaves out a last batch that is smaller. Defaults to 1.
   */
  readonly minimumBatch?: number | undefined
  /**
   * The objective of the model's paper, used unless `train` is given another. (A method, so that every model is a
   * `Trainable` without type arguments too.)
   */
  objective(trace: trace, step: number): Terms<name>
  /**
   * One forward pass.
   *
   * @param batch `[batch, ...inputShape]`, or examples with labels; borrowed
   * @param options where the randomness comes from, seed 0 and step 0 where absent; and whether this is a training step
   * @returns owned by the caller, except that `input` and `target` may be the batch itself; call it inside `tf.tidy`
   * @see {@link repeatable} for passes that are the same in every step
   */
  trace(batch: batch, options?: TraceOptions): trace
  /** Releases the model's variables. A second call does nothing. */
  dispose(): void
  /** The same as `dispose()`, for `using`. */
  [Symbol.dispose](): void
}
