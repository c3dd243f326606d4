// The default number of threads.
import { isNode, nodeModule } from '@ae/core/internal'

/** More threads than this find no work in a batch of 128. */
const mostUsed = 16

/** The number of threads to use by default: one per core, where memory can be shared. */
export function defaultThreads(): number {
  if (!canShareMemory()) return 1
  const os = nodeModule<typeof import('node:os')>('node:os')
  const cores = os === undefined ? navigator.hardwareConcurrency : os.availableParallelism()
  return Math.min(mostUsed, Math.max(1, cores || 1))
}

/** Whether workers can share this thread's memory: always in Node; in a page if it is cross-origin isolated. */
export function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false
  return isNode || globalThis.crossOriginIsolated === true
}
