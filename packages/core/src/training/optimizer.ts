// What moves variables.
import type * as tf from '@tensorflow/tfjs-core'
import { lackOf } from '../checks/members.ts'
import type { OptionCheck } from '../checks/options.ts'
import type { Json } from '../json.ts'
import type { Epoch } from './epoch.ts'

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
  /** Its learning rate, which `reduceOnPlateau` and `rollBack` lower. Defaults to none: they refuse it. */
  readonly rate?: LearningRate | undefined
  /** What it remembers besides its slots; checkpoints hold it. Defaults to nothing. */
  readonly memory?: OptimizerMemory | undefined
  /**
   * Called after each epoch and its validation, before a checkpoint is written. Defaults to nothing.
   *
   * @param report what `train` is about to yield
   */
  readonly afterEpoch?: ((report: Epoch<string>) => void) | undefined
  /** Releases the slots; the variables stay. */
  dispose(): void
}

/** What lowers the learning rate of an optimiser at work. */
export interface LearningRate {
  /** Multiplies all of its learning rates from now on, above 0; 1 at first. Checkpoints hold it. */
  factor: number
}

/** What an optimiser at work remembers besides its slots. */
export interface OptimizerMemory {
  /** What it remembers now. */
  save(): Json
  /** Remembers what `save` gave in the run that wrote the checkpoint. */
  restore(memory: Json): void
}

/** An optimiser of these packages: `create` would be taken for one of tfjs's, which have none. */
export const optimizerOption: OptionCheck = (value) =>
  lackOf(value, { kind: 'string', config: 'object', create: 'function' }) === undefined
    ? undefined
    : 'an optimiser of @ae/core such as adam(), not one of tf.train'
