// Arithmetic of two arrays, number by number.
import { BINARY } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { floats, read, write } from './vector'

// The numbers of the operations; src/kernels/binary.ts has the same. What is none of them is division.
const ADD: i32 = 0
const SUBTRACT: i32 = 1
const MULTIPLY: i32 = 2

/** out = a op b, each [size]; where `aOne` or `bOne`, that side is one number. */
export function binary(a: usize, aOne: bool, b: usize, bOne: bool, out: usize, size: i32, code: i32): void {
  put(2, <i32>a)
  put(3, aOne)
  put(4, <i32>b)
  put(5, bOne)
  put(6, <i32>out)
  put(7, code)
  runRows(BINARY, size, 1, 16384)
}

/** Some numbers of `binary`. */
export function binaryTask(task: i32): void {
  const offset = floats(firstRow(task)), size = rowsOf(task), code = take(7)
  const aOne = take(3) != 0, bOne = take(5) != 0
  const a = <usize>take(2) + (aOne ? 0 : offset), b = <usize>take(4) + (bOne ? 0 : offset), out = <usize>take(6) + offset
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
  return f32x4.div(left, right)
}
