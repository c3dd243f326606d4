// Elementwise functions that tfjs's backend computes one number at a time.
import { UNARY } from './tasks'
import { constants, firstRow, put, putFloat, rowsOf, runRows, take, takeFloat } from './team'
import { exp, floats, log1p, logOnePlus, read, tanh, write } from './vector'

// The codes of the functions; src/kernels/unary.ts has the same. Any other code is the sign.
const EXP: i32 = 0
const TANH: i32 = 1
const SOFTPLUS: i32 = 2
const LEAKY_RELU: i32 = 3 // x, below 0 times `low`
const LOG1P: i32 = 4
const CLIP: i32 = 5 // x, no less than `low` and no more than `high`

/** out = f(x), each [size]. */
export function unary(x: usize, out: usize, size: i32, code: i32, low: f32, high: f32): void {
  put(2, <i32>x)
  put(3, <i32>out)
  put(4, code)
  putFloat(5, low)
  putFloat(6, high)
  runRows(UNARY, size, 1, 8192)
}

/** One task of `unary`: some numbers. */
export function unaryTask(task: i32): void {
  const offset = floats(firstRow(task)), size = rowsOf(task), code = take(4), low = takeFloat(5), high = takeFloat(6)
  const x = <usize>take(2) + offset, out = <usize>take(3) + offset
  const whole = size & ~3, c = constants()
  if (code == CLIP) {
    const least = f32x4.splat(low), most = f32x4.splat(high)
    for (let i = 0; i < whole; i += 4) {
      v128.store(out + floats(i), f32x4.pmax(f32x4.pmin(v128.load(x + floats(i)), most), least))
    }
  } else for (let i = 0; i < whole; i += 4) v128.store(out + floats(i), apply(v128.load(x + floats(i)), code, low, high, c))
  if (whole < size) {
    const count = size - whole
    write(out + floats(whole), apply(read(x + floats(whole), count), code, low, high, c), count)
  }
}

// NaN stays NaN; its sign is 0, as on other backends.
@inline
function apply(value: v128, code: i32, low: f32, high: f32, c: usize): v128 {
  const zero = f32x4.splat(0)
  if (code == EXP) return exp(value, c)
  if (code == TANH) return tanh(value, c)
  if (code == SOFTPLUS) return f32x4.add(f32x4.pmax(value, zero), log1p(exp(f32x4.neg(f32x4.abs(value)), c), c))
  if (code == LEAKY_RELU) return v128.bitselect(f32x4.mul(value, f32x4.splat(low)), value, f32x4.lt(value, zero))
  if (code == LOG1P) return logOnePlus(value, c)
  if (code == CLIP) return f32x4.pmax(f32x4.pmin(value, f32x4.splat(high)), f32x4.splat(low))
  const one = f32x4.splat(1)
  return f32x4.sub(v128.and(one, f32x4.gt(value, zero)), v128.and(one, f32x4.lt(value, zero)))
}
