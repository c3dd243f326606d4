// Squared differences, of a decoder's output or of its sigmoid, and their gradients.
import { floats, keep, read, sigmoid, sum, write } from './vector'

/** out [rows] = the sums over features of (p - t)^2, p the output or its sigmoid; output and target [rows, columns]. */
export function sumOfSquares(
  output: usize, target: usize, out: usize, rows: i32, columns: i32, bounded: bool,
): void {
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
  output: usize, target: usize, dy: usize, out: usize, rows: i32, columns: i32, bounded: bool,
): void {
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
