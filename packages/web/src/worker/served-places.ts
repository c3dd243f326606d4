// The page's side of the stores and folders that a worker trains with: checkpoints are read and written in the page.
import type { CheckpointPlan, Folder, Store } from '@ae/core'
import { isFolder, planOf, readStore, resumeOf } from '@ae/core/internal'
import { Moved } from './calls.ts'
import type { CrossingPlace, PageSide, RunRequest, StoredFile } from './protocol.ts'

/** What the worker calls, what crosses to it, and a check that a checkpoint can be written. */
export interface ServedPlaces extends Pick<PageSide, 'readStore' | 'writeStore' | 'listFolder' | 'removeFile'> {
  readonly crossing: Pick<RunRequest, 'checkpoint' | 'resume'>
  prepare(): Promise<void>
}

/**
 * @param options as `trainInWorker` received them
 * @throws {OptionError} when one is neither a store, nor a folder, nor a plan
 */
export function servePlaces(options: {
  readonly checkpoint?: Store | CheckpointPlan | undefined
  readonly resume?: Store | Folder | CheckpointPlan | undefined
}): ServedPlaces {
  const plan = options.checkpoint === undefined ? undefined : planOf('trainInWorker', options.checkpoint)
  const resume = options.resume === undefined ? undefined : resumeOf('trainInWorker', options.resume)
  const places = { checkpoint: plan?.place, resume: resume?.place }
  const storeOf = ({ role, file }: StoredFile): Store => {
    const place = places[role] as Store | Folder
    return isFolder(place) ? place.file(file ?? '') : place
  }
  const folderOf = (role: StoredFile['role']) => places[role] as Folder
  const { place: _, ...cadence } = plan ?? { place: undefined, keep: 1 }
  return {
    crossing: {
      checkpoint: plan && { ...described(plan.place), ...cadence },
      resume: resume && { ...described(resume.place), isOptional: resume.isOptional },
    },
    async prepare() {
      if (plan) await storeOf({ role: 'checkpoint', file: 'checkpoint' }).prepare?.()
    },
    async readStore(file) {
      const content = new Uint8Array(await readStore('trainInWorker', storeOf(file)))
      return new Moved(content, [content.buffer])
    },
    writeStore: ({ bytes, ...file }) => storeOf(file).write(bytes),
    listFolder: (role) => folderOf(role).list(),
    removeFile: ({ role, file }) => folderOf(role).remove(file ?? ''),
  }
}

function described(place: Store | Folder): CrossingPlace {
  return { name: place.name, isFolder: isFolder(place) }
}
