// What every autoencoder can do, and what `train` needs of one.
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { Batch } from './dataset.ts'
import type { Json } from './json.ts'
import type { ModelObjective, ObjectiveMethods, Term } from './objective-types.ts'
import type { RandomAddress } from './random/random.ts'
import type { Shape } from './shape.ts'
import type { Likelihood, Trace } from './trace.ts'
import type { Optimizer } from './training/optimizer.ts'

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
