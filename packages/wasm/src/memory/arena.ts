// Where the tensors of one step lie in one block of memory: places for what is alive at the same time, used again afterwards.

/** Places in a block, in bytes from its start. The same calls in the same order give the same places. */
export interface Arena {
  /** How many bytes the block must have for all places that were given so far. */
  readonly bytes: number
  /** A place for `bytes` bytes, a multiple of 64: the lowest that is free. */
  take(bytes: number): number
  /** Frees a place. */
  free(place: number): void
}

/** An arena in which nothing lies. */
export function createArena(): Arena {
  // In rising order; beyond the last everything is free.
  const taken: { readonly start: number; readonly end: number }[] = []
  let bytes = 0
  return {
    get bytes() {
      return bytes
    },
    take(wanted) {
      const length = Math.ceil(Math.max(wanted, 1) / lineBytes) * lineBytes
      let start = 0
      let index = 0
      for (const next of taken) {
        if (next.start - start >= length) break
        start = next.end
        index++
      }
      taken.splice(index, 0, { start, end: start + length })
      bytes = Math.max(bytes, start + length)
      return start
    },
    free(place) {
      taken.splice(
        taken.findIndex(({ start }) => start === place),
        1,
      )
    },
  }
}

const lineBytes = 64 // of a cache
