// Sums of many numbers: in float64, or in float32 for a few numbers at a time, whose sums are added in float64. So no sum is more
// than 1e-6 from the exact one, relative to the sum of its terms' magnitudes, however many terms it has.
import { ADD_TO_TOTALS, COLUMN_SUMS, ROUND_TOTALS, ROW_SUMS } from './tasks'
import { firstRow, put, putDouble, rowsOf, runRows, scratchOf, take, takeDouble } from './team'
import { addLanes, FEW, floats, read, sumOfLanes, toFloats, upperHalf, write } from './vector'

/** The sum of x [count]. */
export function sumOf(x: usize, count: i32): f64 {
  let a = f64x2.splat(0), b = a, c = a, d = a
  const end = x + floats(count), whole = x + floats(count & ~7)
  for (; x < whole; x += 32) {
    a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(x)))
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)))
    c = f64x2.add(c, f64x2.promote_low_f32x4(v128.load64_zero(x, 16)))
    d = f64x2.add(d, f64x2.promote_low_f32x4(v128.load64_zero(x, 24)))
  }
  let total = sumOfLanes(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)))
  for (; x < end; x += 4) total += <f64>load<f32>(x)
  return total
}

/** out [rows] = scale times the sums of the rows of x [rows, columns]. */
function rowSums(x: usize, out: usize, rows: i32, columns: i32, scale: f64): void {
  put(2, <i32>x)
  put(3, <i32>out)
  put(4, columns)
  putDouble(6, scale)
  runRows(ROW_SUMS, rows, columns, 32768)
}

/** One task: the sums of some rows. */
export function rowSumsTask(task: i32): void {
  const columns = take(4), scale = takeDouble(6), first = firstRow(task)
  let x = <usize>take(2) + floats(first) * columns
  const out = <usize>take(3) + floats(first)
  for (let row = 0; row < rowsOf(task); row++) {
    store<f32>(out + floats(row), <f32>(scale * sumOf(x, columns)))
    x += floats(columns)
  }
}

/** out [blocks, columns] = scale times the sums over the rows of each block of x [blocks, rows, columns]. */
export function columnSums(x: usize, out: usize, blocks: i32, rows: i32, columns: i32, scale: f64): void {
  if (columns == 1) {
    rowSums(x, out, blocks, rows, scale)
    return
  }
  put(2, <i32>x)
  put(3, <i32>out)
  put(4, rows)
  put(5, columns)
  putDouble(6, scale)
  runRows(COLUMN_SUMS, blocks * groupsOf(columns), GROUP * rows, 32768)
}

// Columns at a time: a cache line of each row.
const GROUP: i32 = 16

@inline
function groupsOf(columns: i32): i32 {
  return (columns + GROUP - 1) / GROUP
}

/** One task: the sums of some groups of columns. */
export function columnSumsTask(task: i32, thread: i32): void {
  const rows = take(4), columns = take(5), groups = groupsOf(columns), first = firstRow(task)
  const scale = f64x2.splat(takeDouble(6)), totals = scratchOf(thread)
  for (let group = first; group < first + rowsOf(task); group++) {
    const block = group / groups, column = GROUP * (group % groups), count = min(GROUP, columns - column)
    const x = <usize>take(2) + floats(block * rows) * columns, out = <usize>take(3) + floats(block) * columns
    memory.fill(totals, 0, doubles(GROUP))
    addColumns(x + floats(column), rows, count, floats(columns), totals)
    for (let i = 0; i < count; i += 4) {
      const low = f64x2.mul(scale, v128.load(totals + doubles(i)))
      const high = f64x2.mul(scale, v128.load(totals + doubles(i), 16))
      write(out + floats(column + i), toFloats(low, high), count - i)
    }
  }
}

/**
 * totals [columns], float64, += the sums over the rows of x [rows, columns], which are `step` bytes apart. Up to the next multiple
 * of 4 it writes arbitrary numbers.
 */
export function addColumns(x: usize, rows: i32, columns: i32, step: usize, totals: usize): void {
  const end = x + <usize>rows * step
  let column = 0
  for (; column + GROUP <= columns; column += GROUP) {
    for (let at = x + floats(column); at < end;) {
      const few = min(end, at + <usize>FEW * step)
      let a = f32x4.splat(0), b = a, c = a, d = a
      for (; at < few; at += step) {
        a = f32x4.add(a, v128.load(at))
        b = f32x4.add(b, v128.load(at, 16))
        c = f32x4.add(c, v128.load(at, 32))
        d = f32x4.add(d, v128.load(at, 48))
      }
      addTo(totals + doubles(column), a)
      addTo(totals + doubles(column + 4), b)
      addTo(totals + doubles(column + 8), c)
      addTo(totals + doubles(column + 12), d)
    }
  }
  for (; column < columns; column += 4) {
    // Whole vectors, except where they would end beyond the last row.
    const count = columns - column, beyond = count < 4 ? end - step + floats(columns) - 12 : end
    for (let at = x + floats(column); at < end;) {
      const few = min(end, at + <usize>FEW * step), whole = min(few, beyond)
      let a = f32x4.splat(0)
      for (; at < whole; at += step) a = f32x4.add(a, v128.load(at))
      for (; at < few; at += step) a = f32x4.add(a, read(at, count))
      addTo(totals + doubles(column), a)
    }
  }
}

/** totals [4], float64, += the lanes. */
@inline
function addTo(totals: usize, value: v128): void {
  v128.store(totals, f64x2.add(v128.load(totals), f64x2.promote_low_f32x4(value)))
  v128.store(totals, f64x2.add(v128.load(totals, 16), f64x2.promote_low_f32x4(upperHalf(value))), 16)
}

// ---- Elementwise sums of arrays.

/** totals [count], float64, = or += x [count]. */
export function addToTotals(x: usize, count: i32, totals: usize, add: bool): void {
  put(2, <i32>x)
  put(3, <i32>totals)
  put(4, add)
  runRows(ADD_TO_TOTALS, count, 1, 32768)
}

/** One task of `addToTotals`: some numbers. */
export function addToTotalsTask(task: i32): void {
  const first = firstRow(task)
  addArray(<usize>take(2) + floats(first), rowsOf(task), <usize>take(3) + doubles(first), take(4) != 0)
}

/** out [count] = totals [count], float64. */
export function roundTotals(totals: usize, count: i32, out: usize): void {
  put(2, <i32>totals)
  put(3, <i32>out)
  runRows(ROUND_TOTALS, count, 1, 32768)
}

/** One task of `roundTotals`: some numbers. */
export function roundTotalsTask(task: i32): void {
  const first = firstRow(task)
  roundArray(<usize>take(2) + doubles(first), rowsOf(task), <usize>take(3) + floats(first))
}

/** `addToTotals` on one thread. */
export function addArray(x: usize, count: i32, totals: usize, add: bool): void {
  if (!add) memory.fill(totals, 0, doubles(count))
  const whole = count & ~3
  let i = 0
  for (; i < whole; i += 4) addTo(totals + doubles(i), v128.load(x + floats(i)))
  for (; i < count; i++) {
    const at = totals + doubles(i)
    store<f64>(at, load<f64>(at) + <f64>load<f32>(x + floats(i)))
  }
}

/** `roundTotals` on one thread. */
export function roundArray(totals: usize, count: i32, out: usize): void {
  const whole = count & ~3
  let i = 0
  for (; i < whole; i += 4) {
    const at = totals + doubles(i)
    v128.store(out + floats(i), toFloats(v128.load(at), v128.load(at, 16)))
  }
  for (; i < count; i++) store<f32>(out + floats(i), <f32>load<f64>(totals + doubles(i)))
}

/** The size of `count` float64 numbers in bytes. */
@inline
export function doubles(count: i32): usize {
  return (<usize>count) << 3
}
