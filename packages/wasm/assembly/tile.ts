// Repetition of blocks of memory.
import { write } from './vector'

/** to [count, times, bytes] = each of the blocks of `bytes` bytes of from [count, bytes], `times` >= 1 times. */
export function repeatBlocks(from: usize, to: usize, count: i32, bytes: usize, times: i32): void {
  const total = bytes * times
  for (let block = 0; block < count; block++) {
    if (bytes == 4) {
      const value = v128.load32_splat(from)
      for (let i = 0; i < times; i += 4) write(to + (<usize>i << 2), value, times - i)
    } else {
      memory.copy(to, from, bytes)
      // What is there doubles until it is enough.
      for (let done = bytes; done < total; done += done) memory.copy(to + done, to, min(done, total - done))
    }
    from += bytes
    to += total
  }
}
