// Places the tensors of one step in one block of memory: tensors that are alive at the same time do not overlap, and memory is
// reused afterwards.

/** Offsets in a block, in bytes. The same calls in the same order give the same offsets. */
export interface Arena {
  /** The length that the block must have for all offsets given so far, in bytes. */
  readonly bytes: number
  /** The lowest free offset for `bytes` bytes, a multiple of 64. */
  take(bytes: number): number
  /** Frees what lies at an offset. */
  free(place: number): void
}

/** An empty arena. */
export function createArena(): Arena {
  // In ascending order; everything after the last one is free.
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

const lineBytes = 64 // a cache line
