// Pixels stored as bytes.
import { BYTE_FRACTIONS } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { floats } from './vector'

/** out [size] = the bytes of x [size], each divided by 255 and rounded once. */
export function byteFractions(x: usize, out: usize, size: i32): void {
  put(2, <i32>x)
  put(3, <i32>out)
  runRows(BYTE_FRACTIONS, size, 1, 32768)
}

/** One task of `byteFractions`: some numbers. */
export function byteFractionsTask(task: i32): void {
  const size = rowsOf(task)
  let x = <usize>take(2) + <usize>firstRow(task), out = <usize>take(3) + floats(firstRow(task))
  const scale = f32x4.splat(255)
  let i = 0
  for (; i + 16 <= size; i += 16) {
    const bytes = v128.load(x)
    const low = i16x8.extend_low_i8x16_u(bytes)
    const high = i16x8.extend_high_i8x16_u(bytes)
    v128.store(out, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), scale))
    v128.store(out, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), scale), 16)
    v128.store(out, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), scale), 32)
    v128.store(out, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), scale), 48)
    x += 16
    out += 64
  }
  for (; i < size; i++) {
    store<f32>(out, <f32>load<u8>(x) / 255)
    x++
    out += 4
  }
}
