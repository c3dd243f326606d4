// Reconstruction losses, summed over the features of an image, and their gradients.
import {
  BERNOULLI, derivative, gradientOfRow, lossOfRow, SQUARES, SQUARES_OF_SIGMOID, value,
} from './loss-of-row'
import { LOSS, LOSS_GRADIENT } from './tasks'
import { constants, firstRow, put, rowsOf, runRows, scratchOf, take } from './team'
import { isWide } from './tiles'
import { floats, keep, read, sum, write } from './vector'

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
export function lossTask(task: i32, thread: i32): void {
  const first = firstRow(task), rows = rowsOf(task), columns = take(6), code = take(2)
  const offset = floats(first) * columns
  let output = <usize>take(3) + offset, target = <usize>take(4) + offset
  const out = <usize>take(5) + floats(first)
  const whole = columns & ~7, c = constants(), totals = scratchOf(thread)
  for (let row = 0; row < rows; row++) {
    totalsOf(code, output, target, whole, totals, c)
    let total = f32x4.add(v128.load(totals), v128.load(totals, 16))
    for (let column = whole; column < columns; column += 4) {
      const at = floats(column), count = columns - column
      total = f32x4.add(total, keep(value(code, read(output + at, count), read(target + at, count), c), count))
    }
    store<f32>(out + floats(row), sum(total))
    output += floats(columns)
    target += floats(columns)
  }
}

function totalsOf(code: i32, output: usize, target: usize, count: i32, totals: usize, c: usize): void {
  if (code == BERNOULLI) {
    if (isWide()) wideBernoulli(output, target, count, totals, c)
    else lossOfRow(BERNOULLI, output, target, count, totals, c)
  } else if (code == SQUARES) lossOfRow(SQUARES, output, target, count, totals, c)
  else if (isWide()) wideSquaresOfSigmoid(output, target, count, totals, c)
  else lossOfRow(SQUARES_OF_SIGMOID, output, target, count, totals, c)
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

// Of wide.ts.

@external("wide", "bernoulli")
declare function wideBernoulli(output: usize, target: usize, count: i32, totals: usize, c: usize): void

@external("wide", "bernoulliGradient")
declare function wideBernoulliGradient(output: usize, target: usize, dy: usize, out: usize, count: i32, c: usize): void

@external("wide", "squaresOfSigmoid")
declare function wideSquaresOfSigmoid(output: usize, target: usize, count: i32, totals: usize, c: usize): void

@external("wide", "squaresOfSigmoidGradient")
declare function wideSquaresOfSigmoidGradient(
  output: usize, target: usize, dy: usize, out: usize, count: i32, c: usize,
): void
