// Notes of the data become notes of the model that it trains.
import type { Batch, Dataset } from '../dataset.ts'
import type { WithVariables } from '../files/notes-text.ts'

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
