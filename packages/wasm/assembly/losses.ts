// Reconstruction losses, summed over the features of an image, and their gradients.
import {
  BERNOULLI, bernoulliOfRow, BLOCK, derivative, gradientOfRow, lossOfRow, SQUARES, SQUARES_OF_SIGMOID, value,
} from './loss-of-row'
import { LOSS, LOSS_GRADIENT } from './tasks'
import { constants, firstRow, put, rowsOf, runRows, scratchOf, take } from './team'
import { isWide } from './tiles'
import { addLanes, floats, keep, logOnePlus, read, sumOfLanes, write } from './vector'

const GRAIN: i32 = 4096
// Numbers of a row at a time: the sums of their blocks stay in the L1 cache.
const AT_ONCE: i32 = 64 * BLOCK

/** out [rows] = the sums over features of the loss; output and target [rows, columns]. */
export function loss(code: i32, output: usize, target: usize, out: usize, rows: i32, columns: i32): void {
  put(2, code)
  put(3, <i32>output)
  put(4, <i32>target)
  put(5, <i32>out)
  put(6, columns)
  runRows(LOSS, rows, columns, GRAIN)
}

/** One task of `loss`: some rows. */
export function lossTask(task: i32, thread: i32): void {
  const first = firstRow(task), rows = rowsOf(task), columns = take(6), code = take(2)
  const offset = floats(first) * columns
  let output = <usize>take(3) + offset, target = <usize>take(4) + offset
  const out = <usize>take(5) + floats(first)
  const whole = columns & ~7, c = constants(), totals = scratchOf(thread)
  for (let row = 0; row < rows; row++) {
    let total = f64x2.splat(0), few = f32x4.splat(0)
    for (let column = 0; column < whole; column += AT_ONCE) {
      const count = min(AT_ONCE, whole - column), end = totals + floats((count + BLOCK - 1) / BLOCK * 8)
      totalsOf(code, output + floats(column), target + floats(column), count, totals, c)
      for (let at = totals; at < end; at += 32) {
        total = addLanes(total, few)
        few = f32x4.add(v128.load(at), v128.load(at, 16))
      }
    }
    for (let column = whole; column < columns; column += 4) {
      const at = floats(column), count = columns - column
      few = f32x4.add(few, keep(value(code, read(output + at, count), read(target + at, count), c), count))
    }
    store<f32>(out + floats(row), <f32>sumOfLanes(addLanes(total, few)))
    output += floats(columns)
    target += floats(columns)
  }
}

function totalsOf(code: i32, output: usize, target: usize, count: i32, totals: usize, c: usize): void {
  if (code == BERNOULLI) {
    const products = totals + floats(AT_ONCE / 8), end = totals + floats((count + BLOCK - 1) / BLOCK * 8)
    if (isWide()) wideBernoulli(output, target, count, totals, products, c)
    else bernoulliOfRow(output, target, count, totals, products, c)
    for (let at = totals; at < end; at += 16) {
      v128.store(at, f32x4.add(v128.load(at), logOnePlus(v128.load(at + floats(AT_ONCE / 8)), c)))
    }
  } else if (code == SQUARES) lossOfRow(SQUARES, output, target, count, totals, c)
  else if (isWide()) wideSquaresOfSigmoid(output, target, count, totals, c)
  else lossOfRow(SQUARES_OF_SIGMOID, output, target, count, totals, c)
}

/** out = dy times the derivative with respect to the output; output, target and out [rows, columns], dy [rows]. */
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

/** One task of `lossGradient`: some rows. */
export function lossGradientTask(task: i32): void {
  const first = firstRow(task), rows = rowsOf(task), columns = take(6), code = take(2)
  const offset = floats(first) * columns
  let output = <usize>take(3) + offset, target = <usize>take(4) + offset, out = <usize>take(5) + offset
  let dy = <usize>take(7) + floats(first)
  const whole = columns & ~7, c = constants()
  for (let row = 0; row < rows; row++) {
    derivativesOf(code, output, target, dy, out, whole, c)
    const scale = v128.load32_splat(dy)
    for (let column = whole; column < columns; column += 4) {
      const at = floats(column), count = columns - column
      write(out + at, f32x4.mul(scale, derivative(code, read(output + at, count), read(target + at, count), c)), count)
    }
    output += floats(columns)
    target += floats(columns)
    out += floats(columns)
    dy += 4
  }
}

function derivativesOf(
  code: i32, output: usize, target: usize, dy: usize, out: usize, count: i32, c: usize,
): void {
  if (code == BERNOULLI) {
    if (isWide()) wideBernoulliGradient(output, target, dy, out, count, c)
    else gradientOfRow(BERNOULLI, output, target, dy, out, count, c)
  } else if (code == SQUARES) gradientOfRow(SQUARES, output, target, dy, out, count, c)
  else if (isWide()) wideSquaresOfSigmoidGradient(output, target, dy, out, count, c)
  else gradientOfRow(SQUARES_OF_SIGMOID, output, target, dy, out, count, c)
}

// From wide.ts.

@external("wide", "bernoulli")
declare function wideBernoulli(output: usize, target: usize, count: i32, totals: usize, products: usize, c: usize): void

@external("wide", "bernoulliGradient")
declare function wideBernoulliGradient(output: usize, target: usize, dy: usize, out: usize, count: i32, c: usize): void

@external("wide", "squaresOfSigmoid")
declare function wideSquaresOfSigmoid(output: usize, target: usize, count: i32, totals: usize, c: usize): void

@external("wide", "squaresOfSigmoidGradient")
declare function wideSquaresOfSigmoidGradient(
  output: usize, target: usize, dy: usize, out: usize, count: i32, c: usize,
): void
