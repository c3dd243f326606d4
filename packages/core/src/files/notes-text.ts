// The notes of a model as the texts that its file holds: kept as they are, checked by those who write and read notes.
import type { Variable } from '@tensorflow/tfjs-core'
import type { Trainable } from '../model.ts'

/** What notes are kept by. */
export type WithVariables = Pick<Trainable, 'variables'>

const textOf = new WeakMap<Variable, string>()
const historyOf = new WeakMap<Variable, string | undefined>()

/** JSON, unchecked if it comes from a file; undefined if there are no notes. Models that share variables share them. */
export function notesText({ variables }: WithVariables): string | undefined {
  return Object.values(variables)
    .map((variable) => textOf.get(variable))
    .find((text) => text !== undefined)
}

/** The epochs that trained all variables of a model, as JSON, unchecked if it comes from a file; undefined if there are none. */
export function historyText({ variables }: WithVariables): string | undefined {
  const [first, ...others] = Object.values(variables).map((variable) => historyOf.get(variable))
  return others.every((other) => other === first) ? first : undefined
}

/** Replaces the history: with the weights of a file comes theirs. */
export function setHistoryText({ variables }: WithVariables, text: string | undefined): void {
  for (const variable of Object.values(variables)) historyOf.set(variable, text)
}

/** Replaces the notes. */
export function setNotesText({ variables }: WithVariables, text: string): void {
  for (const variable of Object.values(variables)) textOf.set(variable, text)
}

/** Gives the notes of a file, if it has any, to the variables of a model that have none. */
export function adoptNotesText({ variables }: WithVariables, text: string | undefined): void {
  for (const variable of Object.values(variables)) if (text && !textOf.has(variable)) textOf.set(variable, text)
}
