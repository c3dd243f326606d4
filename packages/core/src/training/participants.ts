// What takes part in a step of training: the model itself, and the players that it has beside it.
import type { Batch } from '../dataset.ts'
import type { Player, TraceOptions, Trainable } from '../model.ts'
import type { ModelObjective, Objective } from '../objective-types.ts'
import type { Trace } from '../trace.ts'
import { evaluateTerms, objectiveOf } from './objective.ts'
import { type MeasuredTerms, measureTerms } from './terms.ts'

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

/** What only runs of models with players need: a script of its own, loaded for those. */
export type Playing = typeof import('./players.ts')

/** Loads it for a model that has some. */
export async function playingOf({ players }: { readonly players?: object | undefined }): Promise<Playing | undefined> {
  return players && (await import('./players.ts'))
}

/** The terms of all for a batch, at the weights as they are. */
export function measureBatch<trace extends Trace, batch extends Batch>(
  participants: readonly Participant<trace, batch>[],
  playing: Playing | undefined,
  batch: batch,
  step: number,
  options?: TraceOptions,
): MeasuredTerms {
  const measure = (one: Participant<trace, batch>) =>
    measureTerms(() => evaluateTerms(objectiveNow(one), passOf(one, batch, options), step))
  return playing?.measureAll(participants, measure) ?? measure(participants[0] as Participant<trace, batch>)
}
