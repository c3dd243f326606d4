// A tile of a product: 6 or 4 rows of 8 or 16 numbers that stay in registers while a panel of rows of a is multiplied with one or
// two panels of columns of b.
//
// A panel holds a few rows of a, or columns of b, depth after depth: [depth, 6], [depth, 4] or [depth, 8].
import { COLUMNS, multiply } from './multiply'
import { floats, read, write } from './vector'

// The tile: 12 accumulators, 2 vectors of b and 1 of a fill 15 of the 16 vector registers of x86, the 16th being V8's. Without
// fused multiply-add each product needs one more register, so only tiles of 4 rows are used.
export const TALL: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4
export const LOW: i32 = 4
/** Floats of the largest tile, 6 x 16, in whole cache lines. */
export const TILE: i32 = 96
// A panel of b (depth x 8) and one of a (6 x depth) together fit an L1 cache of 32 KiB.
export const DEPTH: i32 = 400

/** Divides depths into blocks of about the same length, at most `most`. */
@inline
export function evenDepth(k: i32, most: i32 = DEPTH): i32 {
  const blocks = max(1, (k + most - 1) / most)
  return (k + blocks - 1) / blocks
}

// The rows of a in panels: tall ones first, then as many low ones as needed to come out even, with a row of zeros at the end if
// their number is odd.

/** The number of rows of the panels for m rows. */
export function paddedRows(m: i32): i32 {
  return TALL == LOW ? (m + 3) & ~3 : max(4, m + (m & 1))
}

/** The number of tall panels. */
export function tallPanels(m: i32): i32 {
  const rows = paddedRows(m)
  if (TALL == LOW) return rows / LOW
  const rest = rows % TALL
  return (rows - (rest == 0 ? 0 : rest == 4 ? 4 : 8)) / TALL
}

/** The number of panels. */
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

@external("wide", "enabled")
declare const enabled: i32

/** Whether the functions of wide.ts are used. Tiles then take two panels of b at a time. */
@inline
export function isWide(): bool {
  return ASC_FEATURE_RELAXED_SIMD && enabled != 0
}

/** The columns of the next tile when `columns` are left: 16 from two panels, or 8 from one. */
@inline
export function tileColumns(columns: i32): i32 {
  return isWide() && columns > COLUMNS ? 2 * COLUMNS : COLUMNS
}

/**
 * out [rows, width] = or += `count` panels of a times panels of b: `left`, and `right` if `columns` is 16. Panels of a have
 * `height` rows and are `aNext` bytes apart, their depths `aStep`. For one panel of a, `depths` gives the offset of each depth in
 * a panel of b; it is 0 if they are consecutive. Rows of out are `outStep` bytes apart; if the panels have more rows or columns
 * than out, `tile` has room for a whole one.
 */
export function multiplyTiles(
  height: i32, count: i32, columns: i32, aPanel: usize, aStep: usize, aNext: usize, left: usize, right: usize, depths: usize,
  depth: i32, out: usize, outStep: usize, rows: i32, width: i32, add: bool, tile: usize,
): void {
  const whole = width >= columns ? min(count, rows / height) : 0
  if (whole > 0) multiplyWhole(height, whole, columns, aPanel, aStep, aNext, left, right, depths, depth, out, outStep, add)
  const tileStep = floats(columns)
  for (let panel = whole; panel < count; panel++) {
    const row = panel * height
    multiplyWhole(
      height, 1, columns, aPanel + <usize>panel * aNext, aStep, 0, left, right, depths, depth, tile, tileStep, false,
    )
    storePart(tile, tileStep, out + <usize>row * outStep, outStep, min(height, rows - row), min(columns, width), add)
  }
}

/** The part of a tile that lies inside the product. */
function storePart(
  tile: usize, tileStep: usize, out: usize, outStep: usize, height: i32, width: i32, add: bool,
): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j += 4) {
      const at = out + <usize>i * outStep + floats(j)
      const value = v128.load(tile + <usize>i * tileStep + floats(j))
      write(at, add ? f32x4.add(value, read(at, width - j)) : value, width - j)
    }
  }
}

function multiplyWhole(
  height: i32, count: i32, columns: i32, aPanel: usize, aStep: usize, aNext: usize, left: usize, right: usize, depths: usize,
  depth: i32, out: usize, outStep: usize, add: bool,
): void {
  if (isWide()) {
    const pair = columns > COLUMNS
    if (height == TALL) {
      if (depths == 0) {
        if (pair) wideTallPair(aPanel, aStep, aNext, count, left, right, depth, out, outStep, add)
        else wideTall(aPanel, aStep, aNext, count, left, depth, out, outStep, add)
      } else if (pair) wideTallPairAt(aPanel, aStep, left, right, depths, depth, out, outStep, add)
      else wideTallAt(aPanel, aStep, left, depths, depth, out, outStep, add)
    } else if (depths == 0) {
      if (pair) wideLowPair(aPanel, aStep, aNext, count, left, right, depth, out, outStep, add)
      else wideLow(aPanel, aStep, aNext, count, left, depth, out, outStep, add)
    } else if (pair) wideLowPairAt(aPanel, aStep, left, right, depths, depth, out, outStep, add)
    else wideLowAt(aPanel, aStep, left, depths, depth, out, outStep, add)
    return
  }
  for (; count > 0; count--) {
    if (TALL != LOW && height == TALL) {
      if (depths == 0) multiplyTall(aPanel, aStep, left, depth, out, outStep, add)
      else multiplyTallAt(aPanel, aStep, left, depths, depth, out, outStep, add)
    } else if (depths == 0) multiplyLow(aPanel, aStep, left, depth, out, outStep, add)
    else multiplyLowAt(aPanel, aStep, left, depths, depth, out, outStep, add)
    aPanel += aNext
    out += <usize>height * outStep
  }
}

function multiplyTall(aPanel: usize, aStep: usize, b: usize, depth: i32, out: usize, outStep: usize, add: bool): void {
  multiply(true, false, false, aPanel, aStep, b, 0, 0, depth, out, outStep, add)
}

function multiplyTallAt(
  aPanel: usize, aStep: usize, b: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  multiply(true, false, true, aPanel, aStep, b, 0, depths, depth, out, outStep, add)
}

function multiplyLow(aPanel: usize, aStep: usize, b: usize, depth: i32, out: usize, outStep: usize, add: bool): void {
  multiply(false, false, false, aPanel, aStep, b, 0, 0, depth, out, outStep, add)
}

function multiplyLowAt(
  aPanel: usize, aStep: usize, b: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  multiply(false, false, true, aPanel, aStep, b, 0, depths, depth, out, outStep, add)
}

// The same four, and their counterparts for two panels of b, in wide.ts.

@external("wide", "tall")
declare function wideTall(
  aPanel: usize, aStep: usize, aNext: usize, count: i32, b: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void

@external("wide", "tallAt")
declare function wideTallAt(
  aPanel: usize, aStep: usize, b: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void

@external("wide", "tallPair")
declare function wideTallPair(
  aPanel: usize, aStep: usize, aNext: usize, count: i32, left: usize, right: usize, depth: i32,
  out: usize, outStep: usize, add: bool,
): void

@external("wide", "tallPairAt")
declare function wideTallPairAt(
  aPanel: usize, aStep: usize, left: usize, right: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void

@external("wide", "low")
declare function wideLow(
  aPanel: usize, aStep: usize, aNext: usize, count: i32, b: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void

@external("wide", "lowAt")
declare function wideLowAt(
  aPanel: usize, aStep: usize, b: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void

@external("wide", "lowPair")
declare function wideLowPair(
  aPanel: usize, aStep: usize, aNext: usize, count: i32, left: usize, right: usize, depth: i32,
  out: usize, outStep: usize, add: bool,
): void

@external("wide", "lowPairAt")
declare function wideLowPairAt(
  aPanel: usize, aStep: usize, left: usize, right: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void
