// The notes of a model as the text that its file holds: kept as it is, checked by those who write and read notes.
import type { Variable } from '@tensorflow/tfjs-core'
import type { Trainable } from '../model.ts'

/** What notes are kept by. */
export type WithVariables = Pick<Trainable, 'variables'>

const textOf = new WeakMap<Variable, string>()

/** JSON, unchecked if it comes from a file; undefined if there are no notes. Models that share variables share them. */
export function notesText({ variables }: WithVariables): string | undefined {
  return Object.values(variables)
    .map((variable) => textOf.get(variable))
    .find((text) => text !== undefined)
}

/** Replaces the notes. */
export function setNotesText({ variables }: WithVariables, text: string): void {
  for (const variable of Object.values(variables)) textOf.set(variable, text)
}

/** Gives the notes of a file, if it has any, to the variables of a model that have none. */
export function adoptNotesText({ variables }: WithVariables, text: string | undefined): void {
  for (const variable of Object.values(variables)) if (text && !textOf.has(variable)) textOf.set(variable, text)
}
