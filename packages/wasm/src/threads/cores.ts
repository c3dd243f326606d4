// How many threads there may be.
import { isNode, nodeModule } from '@ae/core/internal'

/** Threads beyond this find no work in a batch of 128. */
const mostUsed = 16

/** How many threads to use where nobody says: one for each core, where memory can be shared. */
export function defaultThreads(): number {
  if (!canShareMemory()) return 1
  const os = nodeModule<typeof import('node:os')>('node:os')
  const cores = os === undefined ? navigator.hardwareConcurrency : os.availableParallelism()
  return Math.min(mostUsed, Math.max(1, cores || 1))
}

/** Whether workers may work on this thread's memory: in Node always, in a page when it is isolated from other origins. */
export function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false
  return isNode || globalThis.crossOriginIsolated === true
}
