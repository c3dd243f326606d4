// Bernoulli negative log-likelihood from logits, and its gradient. The form is finite for every finite logit.
import { exp, floats, keep, log1p, read, sigmoid, sum, write } from './vector'

/** out [rows] = the sums over features of max(l, 0) - l t + log(1 + e^-|l|), logits and target [rows, columns]. */
export function bernoulli(logits: usize, target: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    let total = f32x4.splat(0)
    for (let column = 0; column < columns; column += 4) {
      const count = columns - column
      const l = read(logits + floats(column), count)
      const t = read(target + floats(column), count)
      const linear = f32x4.sub(f32x4.pmax(l, f32x4.splat(0)), f32x4.mul(l, t))
      const loss = f32x4.add(linear, log1p(exp(f32x4.neg(f32x4.abs(l)))))
      total = f32x4.add(total, keep(loss, count))
    }
    store<f32>(out + floats(row), sum(total))
    logits += floats(columns)
    target += floats(columns)
  }
}

/** out = dy (sigmoid(l) - t), logits, target and out [rows, columns], dy [rows]. */
export function bernoulliGradient(
  logits: usize, target: usize, dy: usize, out: usize, rows: i32, columns: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const scale = v128.load32_splat(dy + floats(row))
    for (let column = 0; column < columns; column += 4) {
      const count = columns - column
      const at = floats(column)
      const difference = f32x4.sub(sigmoid(read(logits + at, count)), read(target + at, count))
      write(out + at, f32x4.mul(scale, difference), count)
    }
    logits += floats(columns)
    target += floats(columns)
    out += floats(columns)
  }
}
