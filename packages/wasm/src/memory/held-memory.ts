// What several threads change in the memory of a backend: what is freed stays allocated until no job can use it. A script of its
// own, loaded with the thread pool.
import type { EmscriptenModule } from '../binary/module.ts'

/** What kernels have published, and how far the threads are with it. */
export interface Queue {
  /** How many jobs there have been. */
  published(): number
  /** Whether the first `jobs` of them are done. */
  areDone(jobs: number): boolean
}

/** What is freed and not yet given back. */
export interface HeldMemory {
  /** Gives back what no job can use any more. */
  release(): void
  /** From now on what is freed is given back at once. */
  end(): void
}

/**
 * Makes `_free` wait for the jobs that were published before it, which may still use what it frees: whatever `_malloc` gives
 * is used by none, and can be written at once.
 *
 * @param finish waits until every job is done
 */
export function holdMemory(module: EmscriptenModule, finish: () => void, { published, areDone }: Queue): HeldMemory {
  const { _malloc: malloc, _free: free } = module
  const sizes = new Map<number, number>() // in bytes, of what is large, by place
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

// Jobs that are published ahead save time where they are short. Those on large tensors are long, and would double the memory.
const [largeBytes, mostWaitingBytes] = [2 ** 20, 2 ** 24]
