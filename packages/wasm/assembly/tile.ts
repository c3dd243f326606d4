// Repetition of blocks of memory.
import { REPEAT_BLOCKS } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { write } from './vector'

/** to [count, times, bytes] = each block of `bytes` bytes of from [count, bytes], repeated `times` >= 1 times. */
export function repeatBlocks(from: usize, to: usize, count: i32, bytes: i32, times: i32): void {
  put(2, <i32>from)
  put(3, <i32>to)
  put(4, bytes)
  put(5, times)
  runRows(REPEAT_BLOCKS, count * times, bytes >>> 2, 32768)
}

/** One task: some of the copies. */
export function repeatBlocksTask(task: i32): void {
  const bytes = <usize>take(4), times = take(5)
  let copy = firstRow(task), left = rowsOf(task)
  while (left > 0) {
    const count = min(left, times - copy % times)
    repeat(<usize>take(2) + bytes * (copy / times), <usize>take(3) + bytes * copy, bytes, count)
    copy += count
    left -= count
  }
}

/** to [times, bytes] = a block of `bytes` bytes, repeated `times` >= 1 times. */
function repeat(from: usize, to: usize, bytes: usize, times: i32): void {
  if (bytes == 4) {
    const value = v128.load32_splat(from)
    for (let i = 0; i < times; i += 4) write(to + (<usize>i << 2), value, times - i)
    return
  }
  const total = bytes * times
  memory.copy(to, from, bytes)
  // The filled part doubles until it is complete.
  for (let done = bytes; done < total; done += done) memory.copy(to + done, to, min(done, total - done))
}
