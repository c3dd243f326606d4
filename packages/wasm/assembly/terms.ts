// From the terms of an objective to the total that is minimised.
import { sumOf } from './sums'
import { ADD_MEAN, FILL_SCALED } from './tasks'
import { firstRow, put, putFloat, rowsOf, run, runRows, take, takeFloat } from './team'
import { floats, write } from './vector'

/** mean [] = the mean of x [size], size >= 1; total [] = weight times the mean, or += that if `accumulate`. */
export function addMean(x: usize, size: i32, mean: usize, total: usize, weight: f32, accumulate: bool): void {
  put(0, <i32>x)
  put(1, size)
  put(2, <i32>mean)
  put(3, <i32>total)
  putFloat(4, weight)
  put(5, accumulate)
  run(ADD_MEAN, 1)
}

/** The only task of `addMean`. */
export function addMeanTask(): void {
  const x = <usize>take(0), size = take(1), total = <usize>take(3), weight = takeFloat(4)
  const value = <f32>(sumOf(x, size) / <f64>size)
  store<f32>(<usize>take(2), value)
  store<f32>(total, take(5) != 0 ? load<f32>(total) + weight * value : weight * value)
}

/** out [size] = scale times the one number at x. */
export function fillScaled(x: usize, out: usize, size: i32, scale: f32): void {
  put(2, <i32>x)
  put(3, <i32>out)
  putFloat(4, scale)
  runRows(FILL_SCALED, size, 1, 32768)
}

/** One task of `fillScaled`: some numbers. */
export function fillScaledTask(task: i32): void {
  const value = f32x4.mul(v128.load32_splat(<usize>take(2)), f32x4.splat(takeFloat(4)))
  const out = <usize>take(3) + floats(firstRow(task)), size = rowsOf(task)
  for (let i = 0; i < size; i += 4) write(out + floats(i), value, size - i)
}
