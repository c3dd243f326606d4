// Elementwise arithmetic of two arrays.
import { BINARY } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { floats, read, write } from './vector'

// The codes of the operations; src/kernels/binary.ts has the same. Any other code is PReLU.
const ADD: i32 = 0
const SUBTRACT: i32 = 1
const MULTIPLY: i32 = 2
const DIVIDE: i32 = 3
const MAXIMUM: i32 = 4
const MINIMUM: i32 = 5

/** out = a op b, [size]; a shorter a or b is repeated. */
export function binary(a: usize, aSize: i32, b: usize, bSize: i32, out: usize, size: i32, code: i32): void {
  put(2, <i32>a)
  put(3, aSize)
  put(4, <i32>b)
  put(5, bSize)
  put(6, <i32>out)
  put(7, code)
  runRows(BINARY, size, 1, 16384)
}

/** One task of `binary`: some numbers. */
export function binaryTask(task: i32): void {
  const aSize = take(3), bSize = take(5), out = <usize>take(6), code = take(7)
  const end = firstRow(task) + rowsOf(task)
  for (let from = firstRow(task); from < end;) {
    const aFrom = from % aSize, bFrom = from % bSize
    let size = end - from // during which neither repeats
    if (aSize > 1) size = min(size, aSize - aFrom)
    if (bSize > 1) size = min(size, bSize - bFrom)
    const a = <usize>take(2) + floats(aFrom), b = <usize>take(4) + floats(bFrom)
    applyToAll(a, aSize == 1, b, bSize == 1, out + floats(from), size, code)
    from += size
  }
}

/** out = a op b, [size]; with `aOne` or `bOne`, that side is a single number. */
function applyToAll(a: usize, aOne: bool, b: usize, bOne: bool, out: usize, size: i32, code: i32): void {
  const whole = size & ~3
  for (let i = 0; i < whole; i += 4) {
    const left = aOne ? v128.load32_splat(a) : v128.load(a + floats(i))
    const right = bOne ? v128.load32_splat(b) : v128.load(b + floats(i))
    v128.store(out + floats(i), apply(left, right, code))
  }
  if (whole < size) {
    const count = size - whole
    const left = aOne ? v128.load32_splat(a) : read(a + floats(whole), count)
    const right = bOne ? v128.load32_splat(b) : read(b + floats(whole), count)
    write(out + floats(whole), apply(left, right, code), count)
  }
}

@inline
function apply(left: v128, right: v128, code: i32): v128 {
  if (code == ADD) return f32x4.add(left, right)
  if (code == SUBTRACT) return f32x4.sub(left, right)
  if (code == MULTIPLY) return f32x4.mul(left, right)
  if (code == DIVIDE) return f32x4.div(left, right)
  // NaN and a number give NaN.
  if (code == MAXIMUM) return f32x4.max(left, right)
  if (code == MINIMUM) return f32x4.min(left, right)
  return v128.bitselect(f32x4.mul(left, right), left, f32x4.lt(left, f32x4.splat(0)))
}
