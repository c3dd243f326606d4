// Bernoulli negative log-likelihood from logits, and its gradient. The form is finite for every finite logit.
import { BERNOULLI, BERNOULLI_GRADIENT } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { exp, floats, keep, log1p, read, sigmoid, sum, write } from './vector'

const GRAIN: i32 = 4096

/** out [rows] = the sums over features of max(l, 0) - l t + log(1 + e^-|l|), logits and target [rows, columns]. */
export function bernoulli(team: usize, logits: usize, target: usize, out: usize, rows: i32, columns: i32): void {
  put(team, 2, <i32>logits)
  put(team, 3, <i32>target)
  put(team, 4, <i32>out)
  put(team, 5, columns)
  runRows(team, BERNOULLI, rows, columns, GRAIN)
}

/** Some rows of `bernoulli`. */
export function bernoulliTask(team: usize, task: i32): void {
  const first = firstRow(team, task), rows = rowsOf(team, task), columns = take(team, 5)
  let logits = <usize>take(team, 2) + floats(first) * columns
  let target = <usize>take(team, 3) + floats(first) * columns
  const out = <usize>take(team, 4) + floats(first)
  const whole = columns & ~3
  for (let row = 0; row < rows; row++) {
    let total = f32x4.splat(0)
    for (let column = 0; column < whole; column += 4) {
      total = f32x4.add(total, loss(logits + floats(column), target + floats(column), 4))
    }
    if (whole < columns) {
      const count = columns - whole
      total = f32x4.add(total, keep(loss(logits + floats(whole), target + floats(whole), count), count))
    }
    store<f32>(out + floats(row), sum(total))
    logits += floats(columns)
    target += floats(columns)
  }
}

@inline
function loss(logits: usize, target: usize, count: i32): v128 {
  const l = read(logits, count)
  const linear = f32x4.sub(f32x4.pmax(l, f32x4.splat(0)), f32x4.mul(l, read(target, count)))
  return f32x4.add(linear, log1p(exp(f32x4.neg(f32x4.abs(l)))))
}

/** out = dy (sigmoid(l) - t), logits, target and out [rows, columns], dy [rows]. */
export function bernoulliGradient(
  team: usize, logits: usize, target: usize, dy: usize, out: usize, rows: i32, columns: i32,
): void {
  put(team, 2, <i32>logits)
  put(team, 3, <i32>target)
  put(team, 4, <i32>dy)
  put(team, 5, <i32>out)
  put(team, 6, columns)
  runRows(team, BERNOULLI_GRADIENT, rows, columns, GRAIN)
}

/** Some rows of `bernoulliGradient`. */
export function bernoulliGradientTask(team: usize, task: i32): void {
  const first = firstRow(team, task), rows = rowsOf(team, task), columns = take(team, 6)
  const offset = floats(first) * columns
  let logits = <usize>take(team, 2) + offset, target = <usize>take(team, 3) + offset, out = <usize>take(team, 5) + offset
  const dy = <usize>take(team, 4) + floats(first)
  const whole = columns & ~3
  for (let row = 0; row < rows; row++) {
    const scale = v128.load32_splat(dy + floats(row))
    for (let column = 0; column < whole; column += 4) {
      const at = floats(column)
      v128.store(out + at, f32x4.mul(scale, slope(logits + at, target + at, 4)))
    }
    if (whole < columns) {
      const at = floats(whole), count = columns - whole
      write(out + at, f32x4.mul(scale, slope(logits + at, target + at, count)), count)
    }
    logits += floats(columns)
    target += floats(columns)
    out += floats(columns)
  }
}

@inline
function slope(logits: usize, target: usize, count: i32): v128 {
  return f32x4.sub(sigmoid(read(logits, count)), read(target, count))
}
