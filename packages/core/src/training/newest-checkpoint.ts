// The newest checkpoint of a folder, for whoever reads one without training.
import { type Folder, folderAt } from '../stores/folder.ts'
import type { Store } from '../stores/store.ts'
import { placeOf, resumeOf } from './checkpoint-options.ts'

/**
 * The store of the newest whole checkpoint in a folder, for `load` and `inspect`. Files that are damaged are passed over.
 *
 * @param place a folder that `checkpointEvery` writes to, or in Node its path
 * @throws {OptionError} when it is not a folder
 * @throws {WeightsError} when it holds no whole checkpoint
 * @example
 * ```ts
 * const model = await load(await newestCheckpoint('runs/vae'), vae)
 * ```
 */
export async function newestCheckpoint(place: Folder | string): Promise<Store> {
  const checked = placeOf('newestCheckpoint', 'place', place)
  const resume = { place: typeof place === 'string' ? folderAt(place) : checked, isOptional: false }
  const { findCheckpoint } = await import('./checkpoint-files.ts')
  const found = await findCheckpoint('newestCheckpoint', resume, () => {})
  return (found as NonNullable<typeof found>).store
}

/**
 * The names of all that the checkpoint holds which `resume` leads to, for functions that train a model part by part.
 *
 * @param functionName the public function that received it, for messages
 * @param resume as received
 * @returns undefined where the run begins anew
 * @throws what `train` throws for a bad `resume`
 */
export async function namesInCheckpoint(functionName: string, resume: unknown): Promise<readonly string[] | undefined> {
  const { findCheckpoint } = await import('./checkpoint-files.ts')
  const found = await findCheckpoint(functionName, resumeOf(functionName, resume), () => {})
  return found && [...found.file.tensors.keys()]
}
