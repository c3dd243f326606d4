// A plan of checkpoints that knows whether its run wrote any: what functions need that go back to the last one.
import { isFolder } from '../stores/folder.ts'
import type { Store } from '../stores/store.ts'
import type { CheckpointPlan } from './checkpoint-options.ts'

/** The plan, counting what this run wrote to its place: what lay there before is not this run's. */
export function rememberingWrites(plan: CheckpointPlan) {
  const writing = (store: Store): Store => ({
    name: store.name,
    read: () => store.read(),
    prepare: async () => store.prepare?.(),
    async write(bytes: Uint8Array) {
      await store.write(bytes)
      remembering.writes++
    },
  })
  const { place } = plan
  const remembering = {
    ...plan,
    writes: 0,
    place: isFolder(place)
      ? {
          name: place.name,
          list: () => place.list(),
          file: (name: string) => writing(place.file(name)),
          remove: (name: string) => place.remove(name),
        }
      : writing(place),
  }
  return remembering
}
