// The diagonal Gaussian posterior of a VAE: divergence to N(0, I), reparameterised sample, and both gradients.
import { GAUSSIAN_KL, GAUSSIAN_KL_GRADIENT, REPARAMETERIZE, REPARAMETERIZE_GRADIENT } from './tasks'
import { constants, firstRow, put, rowsOf, runRows, take } from './team'
import { addLanes, exp, FEW, floats, keep, multiplyAdd, read, sumOfLanes, write } from './vector'

const GRAIN: i32 = 8192

/** out [rows] = 1/2 the sums over latents of e^v + m^2 - 1 - v, mean m and log-variance v [rows, columns]. */
export function gaussianKl(mean: usize, logVariance: usize, out: usize, rows: i32, columns: i32): void {
  put(2, <i32>mean)
  put(3, <i32>logVariance)
  put(4, <i32>out)
  put(5, columns)
  runRows(GAUSSIAN_KL, rows, columns, GRAIN)
}

/** One task of `gaussianKl`: some rows. */
export function gaussianKlTask(task: i32): void {
  const c = constants(), columns = take(5), first = firstRow(task), rows = rowsOf(task), offset = floats(first) * columns
  let mean = <usize>take(2) + offset, logVariance = <usize>take(3) + offset
  const out = <usize>take(4) + floats(first)
  for (let row = 0; row < rows; row++) {
    let total = f64x2.splat(0)
    for (let column = 0; column < columns;) {
      const end = min(columns, column + 4 * FEW)
      let few = f32x4.splat(0)
      for (; column < end; column += 4) {
        const count = columns - column
        const m = read(mean + floats(column), count)
        const v = read(logVariance + floats(column), count)
        const excess = f32x4.sub(f32x4.sub(exp(v, c), f32x4.splat(1)), v)
        few = f32x4.add(few, keep(multiplyAdd(m, m, excess), count))
      }
      total = addLanes(total, few)
    }
    store<f32>(out + floats(row), <f32>(0.5 * sumOfLanes(total)))
    mean += floats(columns)
    logVariance += floats(columns)
  }
}

/** dMean = dy m, dLogVariance = dy (e^v - 1) / 2, each [rows, columns], dy [rows]. */
export function gaussianKlGradient(
  mean: usize, logVariance: usize, dy: usize, dMean: usize, dLogVariance: usize, rows: i32, columns: i32,
): void {
  put(2, <i32>mean)
  put(3, <i32>logVariance)
  put(4, <i32>dy)
  put(5, <i32>dMean)
  put(6, <i32>dLogVariance)
  put(7, columns)
  runRows(GAUSSIAN_KL_GRADIENT, rows, columns, GRAIN)
}

/** One task of `gaussianKlGradient`: some rows. */
export function gaussianKlGradientTask(task: i32): void {
  const c = constants(), columns = take(7), first = firstRow(task)
  const mean = <usize>take(2), logVariance = <usize>take(3), dy = <usize>take(4)
  const dMean = <usize>take(5), dLogVariance = <usize>take(6)
  for (let row = first; row < first + rowsOf(task); row++) {
    const scale = v128.load32_splat(dy + floats(row))
    const half = f32x4.mul(scale, f32x4.splat(0.5))
    for (let column = 0; column < columns; column += 4) {
      const count = columns - column
      const at = floats(row) * columns + floats(column)
      write(dMean + at, f32x4.mul(scale, read(mean + at, count)), count)
      const excess = f32x4.sub(exp(read(logVariance + at, count), c), f32x4.splat(1))
      write(dLogVariance + at, f32x4.mul(half, excess), count)
    }
  }
}

/** out = m + e^(v/2) noise, each [size]. */
export function reparameterize(mean: usize, logVariance: usize, noise: usize, out: usize, size: i32): void {
  put(2, <i32>mean)
  put(3, <i32>logVariance)
  put(4, <i32>noise)
  put(5, <i32>out)
  runRows(REPARAMETERIZE, size, 1, GRAIN)
}

/** One task of `reparameterize`: some numbers. */
export function reparameterizeTask(task: i32): void {
  const offset = floats(firstRow(task)), size = rowsOf(task)
  const mean = <usize>take(2) + offset, logVariance = <usize>take(3) + offset
  const noise = <usize>take(4) + offset, out = <usize>take(5) + offset
  const c = constants(), half = f32x4.splat(0.5)
  for (let i = 0; i < size; i += 4) {
    const count = size - i
    const at = floats(i)
    const deviation = exp(f32x4.mul(read(logVariance + at, count), half), c)
    write(out + at, multiplyAdd(deviation, read(noise + at, count), read(mean + at, count)), count)
  }
}

/** out = dy e^(v/2) noise / 2, each [size]: the gradient of the log-variance. */
export function reparameterizeGradient(logVariance: usize, noise: usize, dy: usize, out: usize, size: i32): void {
  put(2, <i32>logVariance)
  put(3, <i32>noise)
  put(4, <i32>dy)
  put(5, <i32>out)
  runRows(REPARAMETERIZE_GRADIENT, size, 1, GRAIN)
}

/** One task of `reparameterizeGradient`: some numbers. */
export function reparameterizeGradientTask(task: i32): void {
  const offset = floats(firstRow(task)), size = rowsOf(task)
  const logVariance = <usize>take(2) + offset, noise = <usize>take(3) + offset
  const dy = <usize>take(4) + offset, out = <usize>take(5) + offset
  const c = constants(), half = f32x4.splat(0.5)
  for (let i = 0; i < size; i += 4) {
    const count = size - i
    const at = floats(i)
    const deviation = exp(f32x4.mul(read(logVariance + at, count), half), c)
    const scaled = f32x4.mul(f32x4.mul(half, read(dy + at, count)), read(noise + at, count))
    write(out + at, f32x4.mul(scaled, deviation), count)
  }
}
