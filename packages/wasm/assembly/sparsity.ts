// The divergence of a code's mean activations from a rate (Ng 2011, section 3), and its gradient. In float64, because it is computed
// once per unit, and near 0 and 1 every digit counts.
import { KL_SPARSITY, KL_SPARSITY_GRADIENT } from './tasks'
import { firstRow, put, putDouble, rowsOf, run, runRows, take, takeDouble } from './team'
import { floats } from './vector'

// A mean closer to 0 or 1 than this is clipped, so that a dead or saturated unit is still pulled back.
const NEAREST: f64 = 1e-6

/** out [] = the sum over units of r log(r / a) + (1 - r) log((1 - r) / (1 - a)), with a the means [units]. */
export function klSparsity(means: usize, out: usize, units: i32, rate: f64): void {
  put(0, <i32>means)
  put(1, <i32>out)
  put(2, units)
  putDouble(4, rate)
  run(KL_SPARSITY, 1)
}

/** The only task of `klSparsity`. */
export function klSparsityTask(): void {
  const means = <usize>take(0), units = take(2), rate = takeDouble(4)
  let total: f64 = 0
  for (let unit = 0; unit < units; unit++) {
    const mean = <f64>load<f32>(means + floats(unit))
    total -= rate * log(clip(mean) / rate) + (1 - rate) * log(clip(1 - mean) / (1 - rate))
  }
  store<f32>(<usize>take(1), <f32>total)
}

/** out [rows, units] = in every row dy ((1 - r) / (1 - a) - r / a) / rows, with a the means [units]. */
export function klSparsityGradient(means: usize, dy: usize, out: usize, rows: i32, units: i32, rate: f64): void {
  put(2, <i32>means)
  put(3, <i32>dy)
  put(4, <i32>out)
  put(5, units)
  putDouble(6, rate)
  runRows(KL_SPARSITY_GRADIENT, rows, units, 32768)
}

/** One task of `klSparsityGradient`: some rows. */
export function klSparsityGradientTask(task: i32): void {
  const means = <usize>take(2), units = take(5), rate = takeDouble(6), rows = rowsOf(task)
  const first = <usize>take(4) + floats(firstRow(task)) * units
  const scale = <f64>load<f32>(<usize>take(3)) / <f64>take(0)
  for (let unit = 0; unit < units; unit++) {
    const mean = <f64>load<f32>(means + floats(unit))
    store<f32>(first + floats(unit), <f32>(scale * ((1 - rate) / clip(1 - mean) - rate / clip(mean))))
  }
  for (let row = 1; row < rows; row++) memory.copy(first + floats(row) * units, first, floats(units))
}

/** NaN stays NaN. */
@inline
function clip(x: f64): f64 {
  return max(min(x, 1 - NEAREST), NEAREST)
}

/** log(x) for x > 0 to 1e-9: x = 2^e m with m in [1/2, 1), c = sqrt(1/2), s = (m - c) / (m + c), as in random.ts. */
function log(x: f64): f64 {
  if (x != x) return x
  const bits = reinterpret<u64>(x)
  const e = <f64>(<i32>(bits >> 52) - 1022)
  const m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3fe0000000000000)
  const c: f64 = 0.7071067811865476
  const s = (m - c) / (m + c)
  const t = s * s
  const series = 2 * s * (1 + t * (1.0 / 3.0 + t * (1.0 / 5.0 + t * (1.0 / 7.0 + t / 9))))
  return series + (e - 0.5) * 0.6931471805599453
}
