// What several threads change in the memory of a backend: what is freed stays allocated until no job can use it. A script of its
// own, loaded with the thread pool.
import type { EmscriptenModule } from '../binary/module.ts'

/** The jobs that kernels have published, and the threads' progress. */
export interface Queue {
  /** The number of jobs so far. */
  published(): number
  /** Whether the first `jobs` of them are done. */
  areDone(jobs: number): boolean
}

/** Memory that was freed while jobs may still use it. */
export interface HeldMemory {
  /** Frees what no job can use any more. */
  release(): void
  /** From now on memory is freed at once. */
  end(): void
}

/**
 * Makes `_free` wait for the jobs that were published before it, which may still use the memory: so no job uses what `_malloc`
 * returns, and it can be written at once.
 *
 * @param finish waits until every job is done
 */
export function holdMemory(module: EmscriptenModule, finish: () => void, { published, areDone }: Queue): HeldMemory {
  const { _malloc: malloc, _free: free } = module
  const sizes = new Map<number, number>() // address -> bytes, of large pieces
  let waiting: { readonly place: number; readonly bytes: number; readonly jobs: number }[] = []
  let waitingBytes = 0
  let isOver = false
  const release = () => {
    const kept = waiting.findIndex(({ jobs }) => !areDone(jobs))
    const ready = kept < 0 ? waiting : waiting.slice(0, kept)
    waiting = kept < 0 ? [] : waiting.slice(kept)
    for (const { place, bytes } of ready) {
      waitingBytes -= bytes
      free(place)
    }
  }
  const wait = () => {
    finish()
    release()
  }
  module._free = (place) => {
    const jobs = published()
    const bytes = sizes.get(place) ?? 0
    sizes.delete(place)
    if (isOver || (waiting.length === 0 && areDone(jobs))) free(place)
    else {
      waiting.push({ place, bytes, jobs })
      waitingBytes += bytes
    }
  }
  module._malloc = (bytes) => {
    release()
    const isLarge = bytes >= largeBytes
    if (isLarge && waitingBytes > mostWaitingBytes) wait()
    const place = find(bytes)
    if (isLarge) sizes.set(place, bytes)
    return place
  }
  return {
    release,
    end: () => {
      release()
      isOver = true
      module._malloc = malloc
      module._free = free
    },
  }

  function find(bytes: number): number {
    try {
      return malloc(bytes)
    } catch (error) {
      if (waiting.length === 0) throw error
      wait()
      return malloc(bytes)
    }
  }
}

// Publishing jobs ahead saves time if they are short. Jobs on large tensors are long, and holding their memory would double it.
const [largeBytes, mostWaitingBytes] = [2 ** 20, 2 ** 24]
