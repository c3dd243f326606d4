// The worker's side of the page's stores and folders.
import type { CheckpointPlan, Folder, Store } from '@ae/core'
import type { Calls } from './calls.ts'
import type { CrossingPlace, PageSide, RunRequest, StoreRole } from './protocol.ts'

/** The options `checkpoint` and `resume` of a run in the worker, from what crossed. */
export function remotePlaces(
  page: Calls<PageSide>,
  { checkpoint, resume }: Pick<RunRequest, 'checkpoint' | 'resume'>,
): { readonly checkpoint: CheckpointPlan | undefined; readonly resume: CheckpointPlan | Store | Folder | undefined } {
  const { name: _, isFolder: __, ...cadence } = checkpoint ?? { name: '', isFolder: false, keep: 1 }
  const from = resume && placeOf(page, 'resume', resume)
  return {
    checkpoint: checkpoint && { place: placeOf(page, 'checkpoint', checkpoint), ...cadence },
    resume: from && resume.isOptional ? { place: from, keep: 1 } : from, // a plan need not have a checkpoint
  }
}

function placeOf(page: Calls<PageSide>, role: StoreRole, { name, isFolder }: CrossingPlace): Store | Folder {
  if (!isFolder) return storeOf(page, role, name)
  return {
    name,
    list: () => page.call('listFolder', role),
    file: (file) => storeOf(page, role, `${name}/${file}`, file),
    remove: (file) => page.call('removeFile', { role, file }),
  }
}

function storeOf(page: Calls<PageSide>, role: StoreRole, name: string, file?: string): Store {
  return {
    name,
    read: () => page.call('readStore', { role, file }),
    async write(bytes) {
      const copy = new Uint8Array(bytes) // `bytes` are borrowed; the copy can be transferred
      await page.call('writeStore', { role, file, bytes: copy }, [copy.buffer])
    },
  }
}
