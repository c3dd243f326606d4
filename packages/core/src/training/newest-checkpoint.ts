// The newest checkpoint of a folder, for whoever reads one without training.
import { type Folder, folderAt } from '../stores/folder.ts'
import type { Store } from '../stores/store.ts'
import { placeOf } from './checkpoint-plan.ts'

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
  const resume = { place: placeOf('newestCheckpoint', 'place', place, folderAt), isOptional: false }
  const { findCheckpoint } = await import('./checkpoint-files.ts')
  const found = await findCheckpoint('newestCheckpoint', resume, () => {})
  return (found as NonNullable<typeof found>).store
}
