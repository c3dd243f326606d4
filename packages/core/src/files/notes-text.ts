// The notes of a model as the text that its file holds: kept as it is, checked by those who write and read notes.
import type { Variable } from '@tensorflow/tfjs-core'
import type { Batch, Dataset } from '../dataset.ts'
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

/**
 * Gives the notes of a data set to the model that it trains, unless that has its own.
 *
 * @param functionName the public function that trains, for the message
 * @param model its notes may change
 * @param data borrowed
 * @throws {OptionError} when the data set's notes are bad
 */
export async function takeNotes(
  functionName: string,
  model: WithVariables,
  data: Pick<Dataset<Batch>, 'notes'>,
): Promise<void> {
  if (data.notes !== undefined) (await import('../notes.ts')).adoptNotes(functionName, model, data.notes)
}
