// Training of a model that has players: what a step of all is made of. Loaded for such models alone.
import * as tf from '@tensorflow/tfjs-core'
import { OptionError } from '../errors.ts'
import type { Player, Trainable } from '../model.ts'
import type { AnyObjective } from './objective.ts'
import type { Optimizer, OptimizerState } from './optimizer.ts'
import type { MeasuredTerms } from './terms.ts'

/**
 * What a model and its players measured, as one.
 *
 * @param participants in order
 * @param measure one of them
 * @throws {OptionError} when two have a term of one name; everything measured is released then
 */
export function measureAll<one>(participants: readonly one[], measure: (one: one) => MeasuredTerms): MeasuredTerms {
  const means: Record<string, tf.Scalar> = {}
  const all: MeasuredTerms[] = []
  try {
    for (const one of participants) {
      const measured = measure(one)
      all.push(measured)
      for (const [name, mean] of Object.entries(measured.means)) {
        if (name in means) throw sharedTerm(name)
        means[name] = mean
      }
    }
  } catch (error) {
    tf.dispose(all.map((measured) => ({ ...measured.means })))
    throw error
  }
  const [own, ...others] = all.map(({ weights }) => weights)
  return { means, weights: own ?? {}, others: Object.assign({}, ...others) }
}

/** Two players, or a player and the model, with a term of one name. */
export function sharedTerm(name: string): OptionError {
  return new OptionError(`A player has the term \`${name}\`, as the model or another player has.`, {
    facts: { Expected: 'terms of different names', Received: `${name} twice` },
    fix: 'give the term of the player another name',
  })
}

/** Refuses two terms of one name, as far as objectives are data; those of functions are seen in the first step. */
export function assertDistinctTerms(objectives: readonly AnyObjective[]): void {
  const names = objectives.flatMap((objective) => (typeof objective === 'function' ? [] : Object.keys(objective.terms)))
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw sharedTerm(twice)
}

/** A state for each player after the model's own; `slots` has those of all, a player's after its name. */
export function createStates(
  players: NonNullable<Trainable['players']>,
  own: OptimizerState,
  create: (player: Player) => OptimizerState,
): { readonly states: readonly OptimizerState[]; readonly slots: OptimizerState['slots'] } {
  const states = [own]
  const slots = { ...own.slots }
  try {
    for (const [name, player] of Object.entries(players)) {
      const state = create(player as Player)
      states.push(state)
      for (const [slot, variable] of Object.entries(state.slots)) slots[`${name}.${slot}`] = variable
    }
    return { states, slots }
  } catch (error) {
    for (const state of states) state.dispose()
    throw error
  }
}

/** The optimisers that players bring, by player; none where no player does. */
export function optimizersOf(players: NonNullable<Trainable['players']>): Readonly<Record<string, Optimizer>> {
  const all = Object.entries(players).flatMap(([name, { optimizer }]) => (optimizer ? [[name, optimizer]] : []))
  return Object.fromEntries(all)
}
