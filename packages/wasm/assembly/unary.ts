// Functions of single numbers that tfjs's backend works out one at a time.
import { exp, floats, log1p, read, tanh, write } from './vector'

// The numbers of the functions; src/kernels/unary.ts has the same.
const EXP: i32 = 0
const TANH: i32 = 1
const SOFTPLUS: i32 = 2

/** out = f(x), each [size]; what is none of the above is leaky ReLU: x, below 0 times slope. */
export function unary(x: usize, out: usize, size: i32, code: i32, slope: f32): void {
  const zero = f32x4.splat(0)
  for (let i = 0; i < size; i += 4) {
    const count = size - i
    const value = read(x + floats(i), count)
    let result: v128
    if (code == EXP) result = exp(value)
    else if (code == TANH) result = tanh(value)
    else if (code == SOFTPLUS) result = f32x4.add(f32x4.pmax(value, zero), log1p(exp(f32x4.neg(f32x4.abs(value)))))
    else result = v128.bitselect(f32x4.mul(value, f32x4.splat(slope)), value, f32x4.lt(value, zero))
    write(out + floats(i), result, count)
  }
}
