// The activations of a layer, and the body of the functions that apply one to rows, eight numbers at a time.
import { floats, sigmoid, tanh } from './vector'

// Their codes; `activationCodes` in src/kernels/dense.ts has the same.
export const RELU: i32 = 1
export const SIGMOID: i32 = 2
export const TANH: i32 = 3

/** The activation of four numbers. Here and below `c` is `constants()`. */
@inline
export function activate(activation: i32, value: v128, c: usize): v128 {
  if (activation == RELU) return f32x4.pmax(value, f32x4.splat(0))
  if (activation == SIGMOID) return sigmoid(value, c)
  if (activation == TANH) return tanh(value, c)
  return value
}

/**
 * x = activation(x + bias) in place, x [rows, columns] with rows `rowStep` bytes apart, bias [columns];
 * `columns` is a multiple of 8, and neither count is 0. `activation` is a constant at each call.
 */
@inline
export function activateRows(
  activation: i32, x: usize, bias: usize, rows: i32, columns: i32, rowStep: usize, c: usize,
): void {
  do {
    const end = x + floats(columns)
    let at = x, from = bias
    do {
      const left = activate(activation, f32x4.add(v128.load(at), v128.load(from)), c)
      const right = activate(activation, f32x4.add(v128.load(at, 16), v128.load(from, 16)), c)
      v128.store(at, left)
      v128.store(at, right, 16)
      at += 32
      from += 32
    } while (at < end)
    x += rowStep
  } while (--rows > 0)
}
