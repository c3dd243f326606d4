// What takes part in a step of training: the model itself, and the players that it has beside it.
import type * as tf from '@tensorflow/tfjs-core'
import type { Batch } from '../dataset.ts'
import type { ModelObjective, Objective, Player, Trace, TraceOptions, Trainable } from '../model.ts'
import { type AnyObjective, evaluateTerms, objectiveOf } from './objective.ts'
import type { Optimizer, OptimizerState } from './optimizer.ts'
import { type MeasuredTerms, measureAll, measureTerms, sharedTerm } from './terms.ts'

/** A model as far as its training reads it. */
export type Trained<trace extends Trace, batch extends Batch> = Pick<
  Trainable<trace, string, batch, string>,
  'variables' | 'state' | 'trace' | 'objective' | 'likelihood' | 'players'
>

/** One that takes part: a player, or the model itself where there is none, with the objective that it was given. */
export interface Participant<trace extends Trace, batch extends Batch> {
  readonly model: Trained<trace, batch>
  readonly player?: Player<trace, string> | undefined
  /** The player's name. */
  readonly name?: string | undefined
  /** In place of its own. */
  readonly objective?: Objective<trace, string> | undefined
}

/** All that take part, in the order of their steps. */
export function participantsOf<trace extends Trace, batch extends Batch>(
  model: Trained<trace, batch>,
  objective: Objective<trace, string> | undefined,
): Participant<trace, batch>[] {
  const players = Object.entries(model.players ?? {})
  return [{ model, objective }, ...players.map(([name, player]) => ({ model, name, player }))]
}

/** What one minimises now. */
export function objectiveNow<trace extends Trace, batch extends Batch>({
  model,
  player,
  objective,
}: Participant<trace, batch>): ModelObjective<trace, string> {
  return objectiveOf((player ?? model) as Trained<trace, batch>, objective)
}

/** One's forward pass. */
export function passOf<trace extends Trace, batch extends Batch>(
  { model, name }: Participant<trace, batch>,
  batch: batch,
  options?: TraceOptions,
): trace {
  return name === undefined ? model.trace(batch, options) : model.trace(batch, { ...options, player: name })
}

/** The terms of all for a batch, at the weights as they are. */
export function measureBatch<trace extends Trace, batch extends Batch>(
  participants: readonly Participant<trace, batch>[],
  batch: batch,
  step: number,
  options?: TraceOptions,
): MeasuredTerms {
  return measureAll(participants, (one) =>
    measureTerms(() => evaluateTerms(objectiveNow(one), passOf(one, batch, options), step)),
  )
}

/** Refuses two terms of one name, as far as objectives are data; those of functions are seen in the first step. */
export function assertDistinctTerms(objectives: readonly AnyObjective[]): void {
  const names = objectives.flatMap((objective) => (typeof objective === 'function' ? [] : Object.keys(objective.terms)))
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw sharedTerm(twice)
}

/** An optimiser's state for the model and one for each player; `slots` has those of all, a player's after its name. */
export function createStates(
  { variables, players = {} }: Pick<Trainable, 'variables'> & { readonly players?: Trainable['players'] },
  create: (optimizer: Optimizer | undefined, variables: Trainable['variables']) => OptimizerState,
): { readonly states: readonly OptimizerState[]; readonly slots: OptimizerState['slots']; dispose(): void } {
  const states: OptimizerState[] = []
  const slots: Record<string, tf.Variable> = {}
  const dispose = () => {
    for (const state of states) state.dispose()
  }
  try {
    states.push(create(undefined, variables))
    Object.assign(slots, states[0]?.slots)
    for (const [name, player] of Object.entries(players)) {
      const state = create(player.optimizer, player.variables)
      states.push(state)
      for (const [slot, variable] of Object.entries(state.slots)) slots[`${name}.${slot}`] = variable
    }
  } catch (error) {
    dispose()
    throw error
  }
  return { states, slots, dispose }
}
