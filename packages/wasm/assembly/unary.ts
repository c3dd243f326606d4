// Functions of single numbers that tfjs's backend works out one at a time.
import { UNARY } from './tasks'
import { constants, firstRow, put, putFloat, rowsOf, runRows, take, takeFloat } from './team'
import { exp, floats, log1p, read, tanh, write } from './vector'

// The numbers of the functions; src/kernels/unary.ts has the same.
const EXP: i32 = 0
const TANH: i32 = 1
const SOFTPLUS: i32 = 2

/** out = f(x), each [size]; what is none of the above is leaky ReLU: x, below 0 times slope. */
export function unary(x: usize, out: usize, size: i32, code: i32, slope: f32): void {
  put(2, <i32>x)
  put(3, <i32>out)
  put(4, code)
  putFloat(5, slope)
  runRows(UNARY, size, 1, 8192)
}

/** Some numbers of `unary`. */
export function unaryTask(task: i32): void {
  const offset = floats(firstRow(task)), size = rowsOf(task), code = take(4), slope = takeFloat(5)
  const x = <usize>take(2) + offset, out = <usize>take(3) + offset
  const whole = size & ~3, c = constants()
  for (let i = 0; i < whole; i += 4) v128.store(out + floats(i), apply(v128.load(x + floats(i)), code, slope, c))
  if (whole < size) {
    const count = size - whole
    write(out + floats(whole), apply(read(x + floats(whole), count), code, slope, c), count)
  }
}

@inline
function apply(value: v128, code: i32, slope: f32, c: usize): v128 {
  const zero = f32x4.splat(0)
  if (code == EXP) return exp(value, c)
  if (code == TANH) return tanh(value, c)
  if (code == SOFTPLUS) return f32x4.add(f32x4.pmax(value, zero), log1p(exp(f32x4.neg(f32x4.abs(value)), c), c))
  return v128.bitselect(f32x4.mul(value, f32x4.splat(slope)), value, f32x4.lt(value, zero))
}
