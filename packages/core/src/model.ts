// What every autoencoder can do, and what `train` needs of one.
import type { Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { Batch, Interval } from './dataset.ts'
import type { Json } from './json.ts'
import type { RandomAddress } from './random/random.ts'
import type { Shape } from './shape.ts'
import type { Optimizer } from './training/optimizer.ts'

export type { Json } from './json.ts'

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
   * How many raw outputs describe one feature, e.g. 2 for a mean and a scale. With 1, the default, the decoder's raw
   * output is `[batch, ...shape]`; with n > 1 it is `[batch, ...shape, n]`.
   */
  readonly parameters?: number | undefined
  /**
   * The parameters that no network emits: the last `shared.length` of them are one learned number each, the same for every
   * feature; the list holds their initial values. The model owns the variable. Defaults to none.
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
  /** The options that restore it from a saved model. */
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
 * One forward pass. Its tensors have one row per example, except that a model that draws several codes for each (IWAE)
 * has one row per draw in `target`, `code` and `output`.
 */
export interface Trace {
  /** The encoder's input, `[batch, ...inputShape]`. */
  readonly input: Tensor
  /** What the output is compared with, the same shape; `input` itself unless the model corrupts its input. */
  readonly target: Tensor
  /** The hidden representation that was decoded, `[batch, codeSize]`. */
  readonly code: Tensor2D
  /** The decoder's raw output (logits, means), `[batch, ...inputShape]`, with one more axis if the likelihood has `parameters`. */
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

/** p(z): the distribution that a model with latents draws new codes from, and that its KL term compares the posterior with. */
export interface Prior {
  /**
   * Draws new codes.
   *
   * @param shape how many, and their length
   * @param address where the randomness comes from
   * @param temperature a factor on the standard deviation, at least 0. Defaults to 1
   * @returns `[count, codeSize]`, owned by the caller
   */
  sample(shape: readonly [count: number, codeSize: number], address: RandomAddress, temperature?: number): Tensor2D
  /**
   * KL(q(z | x) || p(z)), differentiable in the posterior.
   *
   * @param posterior borrowed
   * @returns `[batch]`, nats, owned by the caller
   */
  kl(posterior: DiagonalGaussian): Tensor1D
}

/** A forward pass whose code is a sample of a Gaussian posterior q(z | x). */
export interface GaussianTrace extends Trace {
  /** q(z | x). */
  readonly posterior: DiagonalGaussian
  /** p(z). Defaults to N(0, I). */
  readonly prior?: Prior | undefined
}

/** A term that counts `weight` times in the total; reports show `value` unweighted. */
export interface WeightedTerm {
  /** `[batch]` or `[]`. */
  readonly value: Tensor
  /** Its coefficient at this step. */
  readonly weight: number
}

/** Named loss terms. Training minimises the sum of their batch means, each times its weight. */
export type Terms<name extends string = string> = Readonly<Record<name, Tensor | WeightedTerm>>

/** A coefficient: a number, or a function of the optimiser steps made so far. */
export type Schedule = number | ((step: number) => number)

/** What the value of a term is computed from, besides the forward pass. */
export interface TermContext<trace extends Trace> {
  /** The term's settings at this step. */
  readonly settings: Readonly<Record<string, number>>
  /** Calls `compute` on the pass, once for all terms that give the same function: for work that several terms share. */
  once<result>(compute: (trace: trace) => result): result
}

/**
 * One term of an objective. Its value must depend only on the pass and on its settings, so that a backend may record it and
 * replay it in later steps: it draws no random numbers and keeps no state.
 */
export interface Term<trace extends Trace, value = TermValue<trace>> {
  /** Computes the value, `[batch]` or `[]`; its arguments are borrowed. */
  readonly value: value
  /** Its coefficient in the total; reports show the value unweighted. Defaults to 1. */
  readonly weight?: Schedule | undefined
  /**
   * The numbers besides the weight that the value depends on, by name, e.g. the rate of `klSparsity`: a run resumes only if
   * they equal those of its checkpoint. Defaults to none.
   */
  readonly settings?: Readonly<Record<string, Schedule>> | undefined
}

/** The value of a term; see {@link Term}. */
export type TermValue<trace extends Trace> = (trace: trace, context: TermContext<trace>) => Tensor

/** An objective as data: its terms by name. */
export interface ObjectiveData<trace extends Trace, name extends string, value = TermValue<trace>> {
  /** At least one. */
  readonly terms: Readonly<Record<name, Term<trace, value>>>
}

/**
 * An objective as a function. Nothing is known about it before it is called, so its steps are not replayed, and a run that
 * resumes compares only the weights that it gave last. The trace is borrowed; `step` counts the optimiser steps made.
 */
export type ObjectiveFunction<trace extends Trace, name extends string> = (trace: trace, step: number) => Terms<name>

/** What training minimises, from a forward pass: terms as data, or a function that computes them. */
export type Objective<trace extends Trace, name extends string> =
  | ObjectiveData<trace, name>
  | ObjectiveFunction<trace, name>

/** An {@link Objective} as a model has it: with methods, so that every model is also a `Trainable` without type arguments. */
export type ModelObjective<trace extends Trace, name extends string> =
  | ObjectiveData<trace, name, ObjectiveMethods<trace, name>['value']>
  | ObjectiveMethods<trace, name>['terms']

/** The functions of a {@link ModelObjective}. */
export interface ObjectiveMethods<trace extends Trace, name extends string> {
  /** The value of a term. */
  value(trace: trace, context: TermContext<trace>): Tensor
  /** An objective that is a function. */
  terms(trace: trace, step: number): Terms<name>
  /** An objective that is a function and gives some of the terms. */
  some(trace: trace, step: number): { readonly [term in name]?: Tensor | WeightedTerm | undefined }
}

/** What every autoencoder can do, and what the functions for pictures and metrics take. */
export interface Autoencoder {
  /** The shape of one example, without the batch axis. */
  readonly inputShape: Shape
  /** The length of a code. */
  readonly codeSize: number
  /**
   * The code of each example; if the code is random, the mean of its posterior.
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @returns `[batch, codeSize]`, owned by the caller
   * @throws {ShapeError} when `x` has a different shape
   * @throws {DisposedError} after `dispose()`
   */
  encode(x: Tensor): Tensor2D
  /**
   * The mean of x for each code, in the units of the data.
   *
   * @param code `[batch, codeSize]`, borrowed
   * @returns `[batch, ...inputShape]`, owned by the caller
   * @throws {ShapeError} when `code` has a different shape
   * @throws {DisposedError} after `dispose()`
   */
  decode(code: Tensor2D): Tensor
  /**
   * `decode(encode(x))`: deterministic.
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @returns the same shape, owned by the caller
   * @throws {ShapeError} when `x` has a different shape
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
   * Whether the pass is part of a training step: if so, statistics of the batch are used and recorded (batch normalisation,
   * a codebook's moving averages). Defaults to false.
   */
  readonly training?: boolean | undefined
  /**
   * The player that the pass is for, so that the model can leave out what that player does not need; see {@link Player}.
   * Defaults to none: the pass is for the model itself.
   */
  readonly player?: string | undefined
}

/**
 * A further player in the training of a model: variables with an objective of their own, such as those of a discriminator.
 * In each step, after the update of the model's `variables`, the players take turns: each runs the model's forward pass with
 * the weights as they are by then and the same random numbers, computes the gradient of its own objective with respect to its
 * own variables, and updates them with its own optimiser.
 */
export interface Player<trace extends Trace = Trace, name extends string = string> {
  /** The variables that it updates, by their names in saved files; may be some of the model's own. Owned by the model. */
  readonly variables: Readonly<Record<string, Variable>>
  /** What it minimises. Its terms have different names from those of the model and of other players. */
  readonly objective: PlayerObjective<trace, name>
  /** What updates its variables. Defaults to the optimiser that the run updates the model with, in a state of its own. */
  readonly optimizer?: Optimizer | undefined
}

/** An objective with some of the terms: one type names those of all players together. */
export type PlayerObjective<trace extends Trace, name extends string> =
  | {
      /** By name. */
      readonly terms: { readonly [term in name]?: Term<trace, ObjectiveMethods<trace, name>['value']> | undefined }
    }
  | ObjectiveMethods<trace, name>['some']

/**
 * What `train` needs: the variables to update, one forward pass, and the paper's own objective. Most models are an
 * {@link Autoencoder} too; one that needs more than `x` to encode (labels) is not.
 */
export interface Trainable<
  trace extends Trace = Trace,
  name extends string = string,
  batch extends Batch = Tensor,
  played extends string = never,
> {
  /** Names the model in saved files, e.g. `vae`. */
  readonly kind: string
  /** The shape of one example, without the batch axis. */
  readonly inputShape: Shape
  /**
   * How many labels there are, if batches must have labels: integers from 0 to `classes` - 1; `train` refuses others before
   * training. Defaults to none: the model takes no labels, or any.
   */
  readonly classes?: number | undefined
  /** The options that make this model again, as JSON. */
  readonly config: Readonly<Record<string, Json | undefined>>
  /** What the decoder's raw output means. */
  readonly likelihood: Likelihood
  /** The variables that training updates, by their names in saved files. Owned by the model. */
  readonly variables: Readonly<Record<string, Variable>>
  /** Variables that are saved too, but that the model itself updates, in training passes. Defaults to none. */
  readonly state?: Readonly<Record<string, Variable>> | undefined
  /**
   * The further players of each step, by name, in the order of their turns: see {@link Player}. Files hold their variables too,
   * and reports show their terms, which do not count in `total`. Defaults to none.
   */
  readonly players?: Readonly<Record<string, Player<trace, played>>> | undefined
  /**
   * The fewest examples that a training pass can take, a positive integer; 2 if batch normalisation has one value per
   * example. `train` refuses a smaller batch size and drops a last batch that is smaller. Defaults to 1.
   */
  readonly minimumBatch?: number | undefined
  /** The objective of the model's paper, used unless `train` receives a different one. */
  readonly objective: ModelObjective<trace, name>
  /**
   * One forward pass.
   *
   * @param batch `[batch, ...inputShape]`, or examples with labels; borrowed
   * @param options where the randomness comes from, seed 0 and step 0 by default; and whether this is a training step
   * @returns owned by the caller, except that `input` and `target` may be the batch itself; call it inside `tf.tidy`
   * @see {@link repeatable} for passes that are the same in every step
   */
  trace(batch: batch, options?: TraceOptions): trace
  /** Releases the model's variables. A second call does nothing. */
  dispose(): void
  /** The same as `dispose()`, for `using`. */
  [Symbol.dispose](): void
}
