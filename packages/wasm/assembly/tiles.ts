// A tile of a product: 6 x 8 or 4 x 8 numbers that stay in registers while a panel of rows of a meets a panel of columns of b.
//
// A panel holds a few rows of a, or columns of b, depth after depth: [depth, 6], [depth, 4] or [depth, 8].
import { floats, multiplyAdd, read, write } from './vector'

// The tile: 12 accumulators, 2 vectors of b and 1 of a fill 15 of the 16 vector registers of x86, the 16th being V8's. Without
// fused multiply-add each product needs one more: then only tiles of 4 rows are used.
export const TALL: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4
export const LOW: i32 = 4
export const COLUMNS: i32 = 8
/** Floats of a tile, with room to spare. */
export const TILE: i32 = 64
// A panel of b (depth x 8) and one of a (6 x depth) fit a first-level cache of 32 KiB together.
export const DEPTH: i32 = 400

/** Depths are cut into blocks of about the same length, `DEPTH` at most. */
@inline
export function evenDepth(k: i32): i32 {
  const blocks = max(1, (k + DEPTH - 1) / DEPTH)
  return (k + blocks - 1) / blocks
}

// The rows of a in panels: tall ones first, then as many low ones as make them come out even, with a row of zeros at the
// end where their number is odd.

/** How many rows the panels of m rows have. */
export function paddedRows(m: i32): i32 {
  return TALL == LOW ? (m + 3) & ~3 : max(4, m + (m & 1))
}

/** How many panels are tall. */
export function tallPanels(m: i32): i32 {
  const rows = paddedRows(m)
  if (TALL == LOW) return rows / LOW
  const rest = rows % TALL
  return (rows - (rest == 0 ? 0 : rest == 4 ? 4 : 8)) / TALL
}

/** How many panels there are. */
export function panelCount(m: i32): i32 {
  const tall = tallPanels(m)
  return tall + (paddedRows(m) - tall * TALL) / LOW
}

/** The first row of a panel. */
@inline
export function panelRow(panel: i32, tall: i32): i32 {
  return panel <= tall ? panel * TALL : tall * TALL + (panel - tall) * LOW
}

/** The rows of a panel. */
@inline
export function panelHeight(panel: i32, tall: i32): i32 {
  return panel < tall ? TALL : LOW
}

/**
 * out [rows, width] = or += a panel of a times a panel of b. Depths of a are `aStep` bytes apart; `depths` says where in the
 * panel of b each of them lies, and is 0 where they lie one after another. Rows of out are `outStep` bytes apart; where the
 * panels have `height` rows or 8 columns and out has fewer, `tile` is room for a whole one.
 */
export function multiplyTile(
  height: i32, aPanel: usize, aStep: usize, bPanel: usize, depths: usize, depth: i32,
  out: usize, outStep: usize, rows: i32, width: i32, add: bool, tile: usize,
): void {
  if (rows >= height && width >= COLUMNS) {
    multiplyWhole(height, aPanel, aStep, bPanel, depths, depth, out, outStep, add)
  } else {
    multiplyWhole(height, aPanel, aStep, bPanel, depths, depth, tile, 4 * COLUMNS, false)
    storePart(tile, out, outStep, min(height, rows), min(COLUMNS, width), add)
  }
}

/** The part of a tile that lies inside the product. */
function storePart(tile: usize, out: usize, outStep: usize, height: i32, width: i32, add: bool): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j += 4) {
      const at = out + <usize>i * outStep + floats(j)
      const value = v128.load(tile + floats(i * COLUMNS + j))
      write(at, add ? f32x4.add(value, read(at, width - j)) : value, width - j)
    }
  }
}

function multiplyWhole(
  height: i32, aPanel: usize, aStep: usize, bPanel: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  if (TALL == 6 && height == 6) {
    if (depths == 0) multiplyTall(aPanel, aStep, bPanel, depth, out, outStep, add)
    else multiplyTallAt(aPanel, aStep, bPanel, depths, depth, out, outStep, add)
  } else if (depths == 0) multiplyLow(aPanel, aStep, bPanel, depth, out, outStep, add)
  else multiplyLowAt(aPanel, aStep, bPanel, depths, depth, out, outStep, add)
}

function multiplyTall(aPanel: usize, aStep: usize, bPanel: usize, depth: i32, out: usize, outStep: usize, add: bool): void {
  multiply(true, false, aPanel, aStep, bPanel, 0, depth, out, outStep, add)
}

function multiplyTallAt(
  aPanel: usize, aStep: usize, bPanel: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  multiply(true, true, aPanel, aStep, bPanel, depths, depth, out, outStep, add)
}

function multiplyLow(aPanel: usize, aStep: usize, bPanel: usize, depth: i32, out: usize, outStep: usize, add: bool): void {
  multiply(false, false, aPanel, aStep, bPanel, 0, depth, out, outStep, add)
}

function multiplyLowAt(
  aPanel: usize, aStep: usize, bPanel: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  multiply(false, true, aPanel, aStep, bPanel, depths, depth, out, outStep, add)
}

/**
 * The one body of the four functions above, in which `tall` and `chosen` are constants: a branch in the loop, or around each
 * row at the end, would cost registers.
 */
@inline
function multiply(
  tall: bool, chosen: bool, aPanel: usize, aStep: usize, bPanel: usize, depths: usize, depth: i32, out: usize, outStep: usize,
  add: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  let c40 = c00, c41 = c00, c50 = c00, c51 = c00
  const end = chosen ? depths + floats(depth) : bPanel + 4 * COLUMNS * <usize>depth
  while (chosen ? depths < end : bPanel < end) {
    const b = chosen ? bPanel + <usize>load<i32>(depths) : bPanel
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let a = v128.load32_splat(aPanel)
    c00 = multiplyAdd(a, b0, c00)
    c01 = multiplyAdd(a, b1, c01)
    a = v128.load32_splat(aPanel, 4)
    c10 = multiplyAdd(a, b0, c10)
    c11 = multiplyAdd(a, b1, c11)
    a = v128.load32_splat(aPanel, 8)
    c20 = multiplyAdd(a, b0, c20)
    c21 = multiplyAdd(a, b1, c21)
    a = v128.load32_splat(aPanel, 12)
    c30 = multiplyAdd(a, b0, c30)
    c31 = multiplyAdd(a, b1, c31)
    if (tall) {
      a = v128.load32_splat(aPanel, 16)
      c40 = multiplyAdd(a, b0, c40)
      c41 = multiplyAdd(a, b1, c41)
      a = v128.load32_splat(aPanel, 20)
      c50 = multiplyAdd(a, b0, c50)
      c51 = multiplyAdd(a, b1, c51)
    }
    aPanel += aStep
    if (chosen) depths += 4
    else bPanel += 4 * COLUMNS
  }
  if (add) {
    addRow(out, c00, c01)
    addRow(out + outStep, c10, c11)
    addRow(out + 2 * outStep, c20, c21)
    addRow(out + 3 * outStep, c30, c31)
    if (tall) {
      addRow(out + 4 * outStep, c40, c41)
      addRow(out + 5 * outStep, c50, c51)
    }
  } else {
    storeRow(out, c00, c01)
    storeRow(out + outStep, c10, c11)
    storeRow(out + 2 * outStep, c20, c21)
    storeRow(out + 3 * outStep, c30, c31)
    if (tall) {
      storeRow(out + 4 * outStep, c40, c41)
      storeRow(out + 5 * outStep, c50, c51)
    }
  }
}

@inline
function storeRow(out: usize, left: v128, right: v128): void {
  v128.store(out, left)
  v128.store(out, right, 16)
}

@inline
function addRow(out: usize, left: v128, right: v128): void {
  v128.store(out, f32x4.add(left, v128.load(out)))
  v128.store(out, f32x4.add(right, v128.load(out, 16)), 16)
}
