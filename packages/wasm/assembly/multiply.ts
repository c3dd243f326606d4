// The body of every function that computes a tile: the product of a panel of rows of a with one or two panels of columns of b.
import { multiplyAdd } from './vector'

/** The columns of a panel of b. */
export const COLUMNS: i32 = 8

/**
 * out [rows, columns] = or += a panel of a times panels of b: 6 rows if `tall`, else 4; 16 columns from the panels `left` and
 * `right` if `pair`, else 8. Depths of a are `aStep` bytes apart; if `chosen`, `depths` gives the depths of b as byte offsets from
 * `left` and `right`.
 *
 * The first three are constants at each call: a branch in the loop, or around each row at the end, would cost registers.
 */
@inline
export function multiply(
  tall: bool, pair: bool, chosen: bool, aPanel: usize, aStep: usize, left: usize, right: usize, depths: usize, depth: i32,
  out: usize, outStep: usize, add: bool,
): void {
  const zero = f32x4.splat(0)
  let c00 = zero, c01 = zero, c02 = zero, c03 = zero
  let c10 = zero, c11 = zero, c12 = zero, c13 = zero
  let c20 = zero, c21 = zero, c22 = zero, c23 = zero
  let c30 = zero, c31 = zero, c32 = zero, c33 = zero
  let c40 = zero, c41 = zero, c42 = zero, c43 = zero
  let c50 = zero, c51 = zero, c52 = zero, c53 = zero
  const end = chosen ? depths + ((<usize>depth) << 2) : left + 4 * COLUMNS * <usize>depth
  while (chosen ? depths < end : left < end) {
    const b = chosen ? left + <usize>load<i32>(depths) : left
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const other = chosen ? right + <usize>load<i32>(depths) : right
    const b2 = pair ? v128.load(other) : b0
    const b3 = pair ? v128.load(other, 16) : b1
    let a = v128.load32_splat(aPanel)
    c00 = multiplyAdd(a, b0, c00)
    c01 = multiplyAdd(a, b1, c01)
    if (pair) {
      c02 = multiplyAdd(a, b2, c02)
      c03 = multiplyAdd(a, b3, c03)
    }
    a = v128.load32_splat(aPanel, 4)
    c10 = multiplyAdd(a, b0, c10)
    c11 = multiplyAdd(a, b1, c11)
    if (pair) {
      c12 = multiplyAdd(a, b2, c12)
      c13 = multiplyAdd(a, b3, c13)
    }
    a = v128.load32_splat(aPanel, 8)
    c20 = multiplyAdd(a, b0, c20)
    c21 = multiplyAdd(a, b1, c21)
    if (pair) {
      c22 = multiplyAdd(a, b2, c22)
      c23 = multiplyAdd(a, b3, c23)
    }
    a = v128.load32_splat(aPanel, 12)
    c30 = multiplyAdd(a, b0, c30)
    c31 = multiplyAdd(a, b1, c31)
    if (pair) {
      c32 = multiplyAdd(a, b2, c32)
      c33 = multiplyAdd(a, b3, c33)
    }
    if (tall) {
      a = v128.load32_splat(aPanel, 16)
      c40 = multiplyAdd(a, b0, c40)
      c41 = multiplyAdd(a, b1, c41)
      if (pair) {
        c42 = multiplyAdd(a, b2, c42)
        c43 = multiplyAdd(a, b3, c43)
      }
      a = v128.load32_splat(aPanel, 20)
      c50 = multiplyAdd(a, b0, c50)
      c51 = multiplyAdd(a, b1, c51)
      if (pair) {
        c52 = multiplyAdd(a, b2, c52)
        c53 = multiplyAdd(a, b3, c53)
      }
    }
    aPanel += aStep
    if (chosen) depths += 4
    else {
      left += 4 * COLUMNS
      if (pair) right += 4 * COLUMNS
    }
  }
  if (add) {
    addRow(pair, out, c00, c01, c02, c03)
    addRow(pair, out + outStep, c10, c11, c12, c13)
    addRow(pair, out + 2 * outStep, c20, c21, c22, c23)
    addRow(pair, out + 3 * outStep, c30, c31, c32, c33)
    if (tall) {
      addRow(pair, out + 4 * outStep, c40, c41, c42, c43)
      addRow(pair, out + 5 * outStep, c50, c51, c52, c53)
    }
  } else {
    storeRow(pair, out, c00, c01, c02, c03)
    storeRow(pair, out + outStep, c10, c11, c12, c13)
    storeRow(pair, out + 2 * outStep, c20, c21, c22, c23)
    storeRow(pair, out + 3 * outStep, c30, c31, c32, c33)
    if (tall) {
      storeRow(pair, out + 4 * outStep, c40, c41, c42, c43)
      storeRow(pair, out + 5 * outStep, c50, c51, c52, c53)
    }
  }
}

@inline
function storeRow(pair: bool, out: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(out, x0)
  v128.store(out, x1, 16)
  if (pair) {
    v128.store(out, x2, 32)
    v128.store(out, x3, 48)
  }
}

@inline
function addRow(pair: bool, out: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  const y0 = v128.load(out)
  const y1 = v128.load(out, 16)
  const y2 = pair ? v128.load(out, 32) : y0
  const y3 = pair ? v128.load(out, 48) : y1
  storeRow(pair, out, f32x4.add(x0, y0), f32x4.add(x1, y1), f32x4.add(x2, y2), f32x4.add(x3, y3))
}
