// Squared differences, of a decoder's output or of its sigmoid, and their gradients.
import { SUM_OF_SQUARES, SUM_OF_SQUARES_GRADIENT } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { floats, keep, read, sigmoid, sum, write } from './vector'

const GRAIN: i32 = 4096

/** out [rows] = the sums over features of (p - t)^2, p the output or its sigmoid; output and target [rows, columns]. */
export function sumOfSquares(
  team: usize, output: usize, target: usize, out: usize, rows: i32, columns: i32, bounded: bool,
): void {
  put(team, 2, <i32>output)
  put(team, 3, <i32>target)
  put(team, 4, <i32>out)
  put(team, 5, columns)
  put(team, 6, bounded)
  runRows(team, SUM_OF_SQUARES, rows, columns, GRAIN)
}

/** Some rows of `sumOfSquares`. */
export function sumOfSquaresTask(team: usize, task: i32): void {
  const first = firstRow(team, task), rows = rowsOf(team, task), columns = take(team, 5), bounded = take(team, 6) != 0
  let output = <usize>take(team, 2) + floats(first) * columns
  let target = <usize>take(team, 3) + floats(first) * columns
  const out = <usize>take(team, 4) + floats(first)
  const whole = columns & ~3
  for (let row = 0; row < rows; row++) {
    let total = f32x4.splat(0)
    for (let column = 0; column < whole; column += 4) {
      total = f32x4.add(total, square(output + floats(column), target + floats(column), 4, bounded))
    }
    if (whole < columns) {
      const count = columns - whole
      total = f32x4.add(total, keep(square(output + floats(whole), target + floats(whole), count, bounded), count))
    }
    store<f32>(out + floats(row), sum(total))
    output += floats(columns)
    target += floats(columns)
  }
}

/** out = 2 dy (p - t), times p (1 - p) where p is the sigmoid; output, target and out [rows, columns], dy [rows]. */
export function sumOfSquaresGradient(
  team: usize, output: usize, target: usize, dy: usize, out: usize, rows: i32, columns: i32, bounded: bool,
): void {
  put(team, 2, <i32>output)
  put(team, 3, <i32>target)
  put(team, 4, <i32>dy)
  put(team, 5, <i32>out)
  put(team, 6, columns)
  put(team, 7, bounded)
  runRows(team, SUM_OF_SQUARES_GRADIENT, rows, columns, GRAIN)
}

/** Some rows of `sumOfSquaresGradient`. */
export function sumOfSquaresGradientTask(team: usize, task: i32): void {
  const first = firstRow(team, task), rows = rowsOf(team, task), columns = take(team, 6), bounded = take(team, 7) != 0
  const offset = floats(first) * columns
  let output = <usize>take(team, 2) + offset, target = <usize>take(team, 3) + offset, out = <usize>take(team, 5) + offset
  const dy = <usize>take(team, 4) + floats(first)
  const whole = columns & ~3
  for (let row = 0; row < rows; row++) {
    const slope = v128.load32_splat(dy + floats(row))
    const scale = f32x4.add(slope, slope)
    for (let column = 0; column < whole; column += 4) {
      const at = floats(column)
      v128.store(out + at, squareGradient(output + at, target + at, scale, 4, bounded))
    }
    if (whole < columns) {
      const at = floats(whole)
      const count = columns - whole
      write(out + at, squareGradient(output + at, target + at, scale, count, bounded), count)
    }
    output += floats(columns)
    target += floats(columns)
    out += floats(columns)
  }
}

@inline
function square(output: usize, target: usize, count: i32, bounded: bool): v128 {
  const value = read(output, count)
  const difference = f32x4.sub(bounded ? sigmoid(value) : value, read(target, count))
  return f32x4.mul(difference, difference)
}

@inline
function squareGradient(output: usize, target: usize, scale: v128, count: i32, bounded: bool): v128 {
  const value = read(output, count)
  const p = bounded ? sigmoid(value) : value
  const result = f32x4.mul(scale, f32x4.sub(p, read(target, count)))
  return bounded ? f32x4.mul(result, f32x4.mul(p, f32x4.sub(f32x4.splat(1), p))) : result
}
