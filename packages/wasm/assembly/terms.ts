// From the terms of an objective to what is minimised.
import { floats, keep, read, sum, write } from './vector'

/** mean [] = the mean of x [size], size >= 1; total [] = weight times it, or more by that when `accumulate`. */
export function addMean(x: usize, size: i32, mean: usize, total: usize, weight: f32, accumulate: bool): void {
  let sums = f32x4.splat(0)
  for (let i = 0; i < size; i += 4) sums = f32x4.add(sums, keep(read(x + floats(i), size - i), size - i))
  const value = sum(sums) / <f32>size
  store<f32>(mean, value)
  store<f32>(total, accumulate ? load<f32>(total) + weight * value : weight * value)
}

/** out [size] = scale times the one number at x. */
export function fillScaled(x: usize, out: usize, size: i32, scale: f32): void {
  const value = f32x4.mul(v128.load32_splat(x), f32x4.splat(scale))
  for (let i = 0; i < size; i += 4) write(out + floats(i), value, size - i)
}
