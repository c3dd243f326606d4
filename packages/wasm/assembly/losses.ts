// Reconstruction losses, summed over the features of an image, and their gradients.
import { ONE } from './constants'
import { LOSS, LOSS_GRADIENT } from './tasks'
import { constants, firstRow, put, rowsOf, runRows, take } from './team'
import { exp, floats, keep, log1p, read, sigmoid, sum, write } from './vector'

// The numbers of the losses, o a decoder's output and t the target; src/kernels/losses.ts has the same.
// Bernoulli: the negative log-likelihood with logits o, max(o, 0) - o t + log(1 + e^-|o|), finite for every finite o.
const BERNOULLI: i32 = 0
// Squares: (o - t)^2. Squares of the sigmoid: (p - t)^2 with p = sigmoid(o).
const SQUARES: i32 = 1

const GRAIN: i32 = 4096

/** out [rows] = the sums over features of the loss; output and target [rows, columns]. */
export function loss(code: i32, output: usize, target: usize, out: usize, rows: i32, columns: i32): void {
  put(2, code)
  put(3, <i32>output)
  put(4, <i32>target)
  put(5, <i32>out)
  put(6, columns)
  runRows(LOSS, rows, columns, GRAIN)
}

/** Some rows of `loss`. */
export function lossTask(task: i32): void {
  const first = firstRow(task), rows = rowsOf(task), columns = take(6), code = take(2)
  const offset = floats(first) * columns
  let output = <usize>take(3) + offset, target = <usize>take(4) + offset
  const out = <usize>take(5) + floats(first)
  const whole = columns & ~3, c = constants()
  for (let row = 0; row < rows; row++) {
    let total = f32x4.splat(0)
    for (let column = 0; column < whole; column += 4) {
      total = f32x4.add(total, value(code, v128.load(output + floats(column)), v128.load(target + floats(column)), c))
    }
    if (whole < columns) {
      const at = floats(whole), count = columns - whole
      total = f32x4.add(total, keep(value(code, read(output + at, count), read(target + at, count), c), count))
    }
    store<f32>(out + floats(row), sum(total))
    output += floats(columns)
    target += floats(columns)
  }
}

/** out = dy times the derivative by the output; output, target and out [rows, columns], dy [rows]. */
export function lossGradient(
  code: i32, output: usize, target: usize, dy: usize, out: usize, rows: i32, columns: i32,
): void {
  put(2, code)
  put(3, <i32>output)
  put(4, <i32>target)
  put(5, <i32>out)
  put(6, columns)
  put(7, <i32>dy)
  runRows(LOSS_GRADIENT, rows, columns, GRAIN)
}

/** Some rows of `lossGradient`. */
export function lossGradientTask(task: i32): void {
  const first = firstRow(task), rows = rowsOf(task), columns = take(6), code = take(2)
  const offset = floats(first) * columns
  let output = <usize>take(3) + offset, target = <usize>take(4) + offset, out = <usize>take(5) + offset
  const dy = <usize>take(7) + floats(first)
  const whole = columns & ~3, c = constants()
  for (let row = 0; row < rows; row++) {
    const scale = v128.load32_splat(dy + floats(row))
    for (let column = 0; column < whole; column += 4) {
      const at = floats(column)
      v128.store(out + at, f32x4.mul(scale, derivative(code, v128.load(output + at), v128.load(target + at), c)))
    }
    if (whole < columns) {
      const at = floats(whole), count = columns - whole
      write(out + at, f32x4.mul(scale, derivative(code, read(output + at, count), read(target + at, count), c)), count)
    }
    output += floats(columns)
    target += floats(columns)
    out += floats(columns)
  }
}

@inline
function value(code: i32, output: v128, target: v128, c: usize): v128 {
  if (code == BERNOULLI) {
    const linear = f32x4.sub(f32x4.pmax(output, f32x4.splat(0)), f32x4.mul(output, target))
    return f32x4.add(linear, log1p(exp(f32x4.neg(f32x4.abs(output)), c), c))
  }
  const difference = f32x4.sub(code == SQUARES ? output : sigmoid(output, c), target)
  return f32x4.mul(difference, difference)
}

@inline
function derivative(code: i32, output: v128, target: v128, c: usize): v128 {
  if (code == SQUARES) return twice(f32x4.sub(output, target))
  const p = sigmoid(output, c), difference = f32x4.sub(p, target)
  if (code == BERNOULLI) return difference
  return f32x4.mul(twice(difference), f32x4.mul(p, f32x4.sub(v128.load32_splat(c, ONE), p)))
}

@inline
function twice(value: v128): v128 {
  return f32x4.add(value, value)
}
