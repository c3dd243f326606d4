// Leaves zeros of a first factor out of a product: each panel of its rows keeps only the depths at which not all rows are zero.
// This changes no bit of the product, because x + 0 b is x wherever b is finite.
import { floats } from './vector'

/** Whether five of eight numbers of a sample are zero; then searching for zeros costs less than it saves. */
export function isMostlyZero(a: usize, aRow: i32, aColumn: i32, m: i32, k: i32): bool {
  if (m * k < 4096) return false
  let zeros = 0, row = 0, p = 0
  const rowStep = 7919 % m, depthStep = 104729 % k
  for (let sample = 0; sample < 128; sample++) {
    if (load<f32>(a + floats(row) * aRow + floats(p) * aColumn) == 0) zeros++
    row += rowStep
    if (row >= m) row -= m
    p += depthStep
    if (p >= k) p -= k
  }
  return zeros >= 80
}

/** Copies the depths of a panel at which not all rows are zero, and records the offset of each in a panel of b. */
export function keepNonzero(panel: usize, height: i32, depth: i32, out: usize, depths: usize): i32 {
  const zero = f32x4.splat(0)
  let kept = 0
  for (let p = 0; p < depth; p++) {
    // The first four rows and the last four, which are the same in a panel of four rows.
    const first = v128.load(panel), last = v128.load(panel + floats(height - 4))
    v128.store(out, first)
    v128.store(out + floats(height - 4), last)
    store<i32>(depths + floats(kept), p << 5)
    const keep = <i32>v128.any_true(v128.or(f32x4.ne(first, zero), f32x4.ne(last, zero)))
    kept += keep
    out += floats(keep * height)
    panel += floats(height)
  }
  return kept
}

/** The reverse of `keepNonzero`. */
export function putZerosBack(packed: usize, depths: usize, kept: i32, height: i32, depth: i32, panel: usize): void {
  memory.fill(panel, 0, floats(height) * depth)
  for (let i = 0; i < kept; i++) {
    const p = load<i32>(depths + floats(i)) >>> 5
    memory.copy(panel + floats(p * height), packed + floats(i * height), floats(height))
  }
}

/** Whether [count] floats have no infinity and no NaN among them. */
export function isFinite(x: usize, count: i32): bool {
  let sum = f32x4.splat(0)
  for (let i = 0; i < count; i += 4) {
    const value = v128.load(x + floats(i))
    sum = f32x4.add(sum, f32x4.sub(value, value)) // 0, or NaN for ever
  }
  return !v128.any_true(f32x4.ne(sum, sum))
}
