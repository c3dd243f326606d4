// The divergence of a code's mean activations from a rate (Ng 2011, section 3), and its gradient. In float64: it is worked out
// once a unit, and near 0 and 1 every digit counts.
import { floats, write, read } from './vector'

// A mean closer to 0 or 1 counts as that close, so that a unit that is dead or saturated is still pulled back.
const NEAREST: f64 = 1e-6

/** out [] = the sum over units of r log(r / a) + (1 - r) log((1 - r) / (1 - a)), with a the means [units]. */
export function klSparsity(means: usize, out: usize, units: i32, rate: f64): void {
  let total: f64 = 0
  for (let unit = 0; unit < units; unit++) {
    const mean = <f64>load<f32>(means + floats(unit))
    total -= rate * log(clip(mean) / rate) + (1 - rate) * log(clip(1 - mean) / (1 - rate))
  }
  store<f32>(out, <f32>total)
}

/**
 * out [rows, units] = in every row dy ((1 - r) / (1 - a) - r / a) / rows, with a the means [units], which it overwrites with
 * that row.
 */
export function klSparsityGradient(
  means: usize, dy: usize, out: usize, rows: i32, units: i32, rate: f64,
): void {
  const scale = <f64>load<f32>(dy) / <f64>rows
  for (let unit = 0; unit < units; unit++) {
    const at = means + floats(unit)
    const mean = <f64>load<f32>(at)
    store<f32>(at, <f32>(scale * ((1 - rate) / clip(1 - mean) - rate / clip(mean))))
  }
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit += 4) {
      write(out + floats(unit), read(means + floats(unit), units - unit), units - unit)
    }
    out += floats(units)
  }
}

/** Not a number stays one. */
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
