// What a backend needs to replay the step of an optimiser, and what wrappers of optimisers need to add their part to the same pass
// over the variables. Both belong to the function that moves the variables: an optimiser state that is spread and given another
// `apply` has neither.
import type * as tf from '@tensorflow/tfjs-core'
import type { AnyFunction } from '../repeatable.ts'
import type { MoveNumbers } from '../step-player.ts'

/** What is done in the pass that moves the variables. */
export interface Pass {
  /** What the gradients are multiplied by. Defaults to 1. */
  readonly factor?: tf.Scalar | undefined
  /** Then each number of them is cut to [-limit, limit]. Defaults to infinity. */
  readonly limit?: number | undefined
  /** Goes towards the moved variables. */
  readonly averages?: Averages | undefined
}

/** Moving averages of variables. */
interface Averages {
  /** By the name of the variable. */
  readonly slots: Readonly<Record<string, tf.Variable>>
  /** How far they go, from 0 to 1; 1 makes them the variables. */
  readonly weight: number
}

/** Moves the variables once, as `apply` of an `OptimizerState`. */
export type Move = (gradients: Readonly<Record<string, tf.Tensor>>, step: number, pass?: Pass) => void

/** What is known of an `apply`. */
export interface Moves {
  /** Does what `apply` does, and more in the same pass. */
  readonly move: Move
  /**
   * The numbers of each call of `AeOptimize` that `apply` makes at a step, in order: all that changes from step to step.
   *
   * @param step as for `apply`
   * @param weight of the averages
   */
  numbersAt(step: number, weight?: number): readonly MoveNumbers[]
  /** The learning rate at a step, of the variables that are in no group. */
  rateAt(step: number): number
  /** Which ops a step runs, where that is not the same in each: steps of one variant run the same. Defaults to 0 for all. */
  variantAt?(step: number): number
}

const known = new WeakMap<AnyFunction, Moves>()

/**
 * Marks a function as one of which everything is known that changes from step to step.
 *
 * @param apply moves the variables
 * @returns `apply`
 */
export function withMoves<apply extends AnyFunction>(apply: apply, moves: Moves): apply {
  known.set(apply, moves)
  return apply
}

/** What is known of it; undefined for optimisers from elsewhere. */
export function movesOf(apply: AnyFunction): Moves | undefined {
  return known.get(apply)
}
