// What moves variables.
import type * as tf from '@tensorflow/tfjs-core'
import type { Json } from '../json.ts'

/** A rule for moving variables along gradients; `train` makes its state with `create`. */
export interface Optimizer {
  /** Names it in checkpoints, e.g. `adam`. */
  readonly kind: string
  /** Its options as JSON, for checkpoints; a schedule is left out. */
  readonly config: Readonly<Record<string, Json | undefined>>
  /**
   * The state that one training run needs.
   *
   * @param variables what to move, by name; borrowed, and nothing else in the process moves
   */
  create(variables: Readonly<Record<string, tf.Variable>>): OptimizerState
}

/** An optimiser at work on some variables. */
export interface OptimizerState {
  /** Its tensors by `slot.variable`, e.g. `mean.encoder.0.weight`; owned by the state. Checkpoints hold them. */
  readonly slots: Readonly<Record<string, tf.Variable>>
  /**
   * Moves the variables once.
   *
   * @param gradients by variable name, borrowed; a variable without one stays where it is
   * @param step the number of steps made before this one
   */
  apply(gradients: Readonly<Record<string, tf.Tensor>>, step: number): void
  /** Releases the slots; the variables stay. */
  dispose(): void
}
