// Matrix product in float32: both factors are packed into panels that fit the first two caches, a 4 x 8 tile of the
// product stays in registers (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication").
// Packing reads either layout, so a transposed factor costs the same as a plain one.
import { floats } from './vector'

// The tile: 8 accumulators, 2 vectors of b and 1 of a leave room in the 16 vector registers of x86.
const TILE_ROWS: i32 = 4
const TILE_COLUMNS: i32 = 8
// A panel of b (depth x 8) and one of a (4 x depth) fit a first-level cache of 32 KiB together.
const DEPTH: i32 = 256
// A block of a (rows x depth) fits a second-level cache of 512 KiB with room to spare.
const BLOCK_ROWS: i32 = 128
const BLOCK_COLUMNS: i32 = 256

/** Bytes of working memory that `matmul` needs: one tile, one block of a, one block of b. */
export function matmulScratchBytes(): i32 {
  return 4 * (TILE_ROWS * TILE_COLUMNS + BLOCK_ROWS * DEPTH + BLOCK_COLUMNS * DEPTH)
}

/**
 * out [m, n] = a [m, k] b [k, n], or out += a b when `accumulate`.
 * Element (i, p) of a lies at `aRow i + aColumn p`, of b at `bRow p + bColumn j`, counted in floats; one of the two
 * strides of each is 1. `out` is row-major and overlaps nothing.
 */
export function matmul(
  a: usize, aRow: i32, aColumn: i32,
  b: usize, bRow: i32, bColumn: i32,
  out: usize, m: i32, n: i32, k: i32, accumulate: bool, scratch: usize,
): void {
  if (k == 0 && !accumulate) memory.fill(out, 0, floats(m) * n)
  const tile = scratch
  const aBlock = tile + 4 * TILE_ROWS * TILE_COLUMNS
  const bBlock = aBlock + 4 * BLOCK_ROWS * DEPTH
  const depths = (k + DEPTH - 1) / DEPTH
  const evenDepth = depths > 0 ? (k + depths - 1) / depths : 0
  for (let column = 0; column < n; column += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, n - column)
    for (let p = 0; p < k; p += evenDepth) {
      const depth = min(evenDepth, k - p)
      const add = accumulate || p > 0
      packPanels(b + floats(p) * bRow + floats(column) * bColumn, bColumn, bRow, columns, depth, TILE_COLUMNS, bBlock)
      for (let row = 0; row < m; row += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - row)
        packPanels(a + floats(row) * aRow + floats(p) * aColumn, aRow, aColumn, rows, depth, TILE_ROWS, aBlock)
        multiplyBlocks(aBlock, bBlock, out + floats(row) * n + floats(column), rows, columns, depth, n, add, tile)
      }
    }
  }
}

/** One packed block of a times one packed block of b, into or onto `out` with rows `outRow` floats apart. */
function multiplyBlocks(
  aBlock: usize, bBlock: usize, out: usize, rows: i32, columns: i32, depth: i32, outRow: i32, add: bool, tile: usize,
): void {
  const outStep = floats(outRow)
  for (let j = 0; j < columns; j += TILE_COLUMNS) {
    const bPanel = bBlock + floats(j) * depth
    const width = min(TILE_COLUMNS, columns - j)
    for (let i = 0; i < rows; i += TILE_ROWS) {
      const aPanel = aBlock + floats(i) * depth
      const target = out + <usize>i * outStep + floats(j)
      const height = min(TILE_ROWS, rows - i)
      if (height == TILE_ROWS && width == TILE_COLUMNS) {
        multiplyTile(aPanel, bPanel, depth, target, outStep, add)
      } else {
        multiplyTile(aPanel, bPanel, depth, tile, 4 * TILE_COLUMNS, false)
        storePartOfTile(tile, target, outStep, height, width, add)
      }
    }
  }
}

/** The 4 x 8 tile: a panel [depth, 4] times a panel [depth, 8]. */
function multiplyTile(aPanel: usize, bPanel: usize, depth: i32, out: usize, outStep: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  const end = aPanel + 4 * floats(depth)
  while (aPanel < end) {
    const b0 = v128.load(bPanel)
    const b1 = v128.load(bPanel, 16)
    let a = v128.load32_splat(aPanel)
    c00 = f32x4.add(c00, f32x4.mul(a, b0))
    c01 = f32x4.add(c01, f32x4.mul(a, b1))
    a = v128.load32_splat(aPanel, 4)
    c10 = f32x4.add(c10, f32x4.mul(a, b0))
    c11 = f32x4.add(c11, f32x4.mul(a, b1))
    a = v128.load32_splat(aPanel, 8)
    c20 = f32x4.add(c20, f32x4.mul(a, b0))
    c21 = f32x4.add(c21, f32x4.mul(a, b1))
    a = v128.load32_splat(aPanel, 12)
    c30 = f32x4.add(c30, f32x4.mul(a, b0))
    c31 = f32x4.add(c31, f32x4.mul(a, b1))
    aPanel += 16
    bPanel += 32
  }
  storeRow(out, c00, c01, add)
  storeRow(out + outStep, c10, c11, add)
  storeRow(out + 2 * outStep, c20, c21, add)
  storeRow(out + 3 * outStep, c30, c31, add)
}

@inline
function storeRow(out: usize, left: v128, right: v128, add: bool): void {
  v128.store(out, add ? f32x4.add(left, v128.load(out)) : left)
  v128.store(out, add ? f32x4.add(right, v128.load(out, 16)) : right, 16)
}

/** The part of a tile that lies inside the product. */
function storePartOfTile(tile: usize, out: usize, outStep: usize, height: i32, width: i32, add: bool): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const at = out + <usize>i * outStep + floats(j)
      const value = load<f32>(tile + floats(i * TILE_COLUMNS + j))
      store<f32>(at, add ? value + load<f32>(at) : value)
    }
  }
}

/**
 * Copies a matrix [count, depth] into panels [depth, width]: panel q holds lines q width .. (q + 1) width - 1, the last
 * one filled up with zeros. Element (line, p) lies at `line lineStride + p depthStride` floats; one stride is 1.
 */
function packPanels(
  source: usize, lineStride: i32, depthStride: i32, count: i32, depth: i32, width: i32, panels: usize,
): void {
  const step = floats(width)
  for (let line = 0; line < count; line += width) {
    const panel = panels + floats(line) * depth
    for (let quad = 0; quad < width; quad += 4) {
      packQuad(
        source + floats(line + quad) * lineStride, floats(lineStride), floats(depthStride),
        count - line - quad, depth, panel + floats(quad), step,
      )
    }
  }
}

/** Four lines of a panel; `count` of them exist, the others become zeros. */
function packQuad(
  source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panel: usize, panelStep: usize,
): void {
  let p = 0
  if (count >= 4) {
    if (lineStep == 4) {
      for (; p < depth; p++) {
        v128.store(panel, v128.load(source))
        source += depthStep
        panel += panelStep
      }
    } else {
      for (; p + 4 <= depth; p += 4) {
        const r0 = v128.load(source)
        const r1 = v128.load(source + lineStep)
        const r2 = v128.load(source + 2 * lineStep)
        const r3 = v128.load(source + 3 * lineStep)
        const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
        const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
        const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
        const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
        v128.store(panel, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
        v128.store(panel + panelStep, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7))
        v128.store(panel + 2 * panelStep, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5))
        v128.store(panel + 3 * panelStep, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7))
        source += 16
        panel += 4 * panelStep
      }
    }
  }
  for (; p < depth; p++) {
    for (let line = 0; line < 4; line++) {
      store<f32>(panel + floats(line), line < count ? load<f32>(source + <usize>line * lineStep) : 0)
    }
    source += depthStep
    panel += panelStep
  }
}
