// Matrix product in float32: both factors are packed into panels that fit the first two caches, a tile of 6 x 8 numbers of
// the product stays in registers (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication").
// Packing reads either layout, so a transposed factor costs the same as a plain one. The first factor is packed once, by
// all threads; then each task packs a few columns of the second and computes those columns of the product.
//
// Where the first factor is mostly zeros, as images of digits on black are, the depths at which all rows of a panel are zero are
// left out of it. This changes no bit of the product, for x + 0 b is x wherever b is finite; where b is not, nothing is left out.
import { biasActivationRows } from './dense'
import { MULTIPLY, PACK } from './tasks'
import { put, run, scratchOf, take, threadsOf } from './team'
import { floats, multiplyAdd, read, write } from './vector'

// The tile: 12 accumulators, 2 vectors of b and 1 of a fill 15 of the 16 vector registers of x86, the 16th being V8's. Without
// fused multiply-add each product needs one more: then only tiles of 4 rows are used.
export const TALL: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4
export const LOW: i32 = 4
export const COLUMNS: i32 = 8
// A panel of b (depth x 8) and one of a (6 x depth) fit a first-level cache of 32 KiB together.
export const DEPTH: i32 = 400
// Panels of a that stay in a second-level cache beside the packed columns of b.
const PANELS_AT_ONCE: i32 = 20
const COLUMNS_AT_ONCE: i32 = 96

// The packed part of a: 4 MiB at most, whatever is multiplied.
const PACKED_FLOATS: i32 = 1 << 20
const PACKED_DEPTH: i32 = 1 << 13

// The working memory of a thread, in floats: a tile, packed columns of b, a panel of a.
const TILE: i32 = 64
const B_BLOCK: i32 = COLUMNS_AT_ONCE * DEPTH
const A_PANEL: i32 = 6 * DEPTH

/** Bytes of working memory that each thread needs. */
export const SCRATCH_BYTES: usize = 4 * (TILE + B_BLOCK + A_PANEL)

/**
 * Floats of working memory that the product of [m, k] and [k, n] needs besides that of the threads: packed a, and for each
 * panel of it the depths that are not left out.
 */
export function packedFloats(m: i32, k: i32): i32 {
  const rows = min(m, rowsAtOnce(k)) + TALL, depth = min(k, PACKED_DEPTH)
  return rows * depth + (rows / LOW + 2) * (depth + (depth + DEPTH - 1) / DEPTH)
}

function rowsAtOnce(k: i32): i32 {
  return PACKED_FLOATS / max(1, min(k, PACKED_DEPTH))
}

/**
 * out [m, n] = activation(a [m, k] b [k, n] + bias [n]), or out += a b when `accumulate`, then without bias and activation.
 * Element (i, p) of a lies at `aRow i + aColumn p`, of b at `bRow p + bColumn j`, counted in floats; one of the two
 * strides of each is 1. `out` is row-major and overlaps nothing; no bias where its address is 0. `packed` is room for
 * `packedFloats` floats.
 */
export function matmul(
  team: usize, a: usize, aRow: i32, aColumn: i32,
  b: usize, bRow: i32, bColumn: i32,
  out: usize, m: i32, n: i32, k: i32, accumulate: bool, bias: usize, activation: i32, packed: usize,
): void {
  if (m == 0 || n == 0) return
  if (k == 0) {
    if (!accumulate) memory.fill(out, 0, floats(m) * n)
    biasActivationRows(out, bias, m, n, floats(n), activation)
    return
  }
  const rows = rowsAtOnce(k)
  for (let p = 0; p < k; p += PACKED_DEPTH) {
    const depth = min(PACKED_DEPTH, k - p)
    const last = p + depth == k
    for (let row = 0; row < m; row += rows) {
      multiplyPart(
        team, a + floats(row) * aRow + floats(p) * aColumn, aRow, aColumn, b + floats(p) * bRow, bRow, bColumn,
        out + floats(row) * n, min(rows, m - row), n, depth, accumulate || p > 0,
        last ? bias : 0, last ? activation : 0, packed,
      )
    }
  }
}

// The arguments of both kinds of tasks.
const A: i32 = 0, A_ROW: i32 = 1, A_COLUMN: i32 = 2, B: i32 = 3, B_ROW: i32 = 4, B_COLUMN: i32 = 5, OUT: i32 = 6
const ROWS: i32 = 7, WIDTH: i32 = 8, INNER: i32 = 9, ADD: i32 = 10, BIAS: i32 = 11, ACTIVATION: i32 = 12, PACKED: i32 = 13
const PANELS_A_TASK: i32 = 14, COLUMNS_A_TASK: i32 = 15, COLUMN_TASKS: i32 = 16, SPARSE: i32 = 17

function multiplyPart(
  team: usize, a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, out: usize, m: i32, n: i32, k: i32,
  add: bool, bias: usize, activation: i32, packed: usize,
): void {
  put(team, A, <i32>a)
  put(team, A_ROW, aRow)
  put(team, A_COLUMN, aColumn)
  put(team, B, <i32>b)
  put(team, B_ROW, bRow)
  put(team, B_COLUMN, bColumn)
  put(team, OUT, <i32>out)
  put(team, ROWS, m)
  put(team, WIDTH, n)
  put(team, INNER, k)
  put(team, ADD, add)
  put(team, BIAS, <i32>bias)
  put(team, ACTIVATION, activation)
  put(team, PACKED, <i32>packed)
  const panels = panelCount(m)
  put(team, SPARSE, isMostlyZero(a, aRow, aColumn, m, k))
  const work = <f64>m * <f64>n * <f64>k
  // A task of packing is some 10 microseconds, one of multiplying 20 or more; less is not worth waking others for.
  const packTasks = work < 2e5 ? 1 : max(1, min(panels, m * k / 32768))
  put(team, PANELS_A_TASK, (panels + packTasks - 1) / packTasks)
  run(team, PACK, packTasks)
  const threads = threadsOf(team)
  const wanted = threads == 1 ? 1 : max(1, <i32>min<f64>(work / 5e5, min(16, 4 * threads)))
  const columnPanels = (n + COLUMNS - 1) / COLUMNS
  const least = (n + COLUMNS_AT_ONCE - 1) / COLUMNS_AT_ONCE
  const columnsATask = COLUMNS * ((columnPanels + max(least, wanted) - 1) / max(least, wanted))
  const columnTasks = (n + columnsATask - 1) / columnsATask
  const rowTasks = max(1, min(panels, wanted / columnTasks))
  const panelsATask = (panels + rowTasks - 1) / rowTasks
  put(team, COLUMNS_A_TASK, columnsATask)
  put(team, COLUMN_TASKS, columnTasks)
  put(team, PANELS_A_TASK, panelsATask)
  run(team, MULTIPLY, columnTasks * ((panels + panelsATask - 1) / panelsATask))
}

// The rows of a in panels: tall ones first, then as many low ones as make them come out even, with a row of zeros at the
// end where their number is odd.

function paddedRows(m: i32): i32 {
  return TALL == LOW ? (m + 3) & ~3 : max(4, m + (m & 1))
}

export function tallPanels(m: i32): i32 {
  const rows = paddedRows(m)
  if (TALL == LOW) return rows / LOW
  const rest = rows % TALL
  return (rows - (rest == 0 ? 0 : rest == 4 ? 4 : 8)) / TALL
}

export function panelCount(m: i32): i32 {
  const tall = tallPanels(m)
  return tall + (paddedRows(m) - tall * TALL) / LOW
}

@inline
export function panelRow(panel: i32, tall: i32): i32 {
  return panel <= tall ? panel * TALL : tall * TALL + (panel - tall) * LOW
}

// Where the parts of packed a lie: panel after panel, each [depth, its rows]; then for each panel the depths that are kept, in
// bytes of a panel of b; then how many they are, for each block of depths.

@inline
function keptDepths(packed: usize, m: i32, k: i32, panel: i32): usize {
  return packed + floats(paddedRows(m) + panel) * k
}

@inline
function keptCount(packed: usize, m: i32, k: i32, panels: i32, panel: i32, block: i32): usize {
  return keptDepths(packed, m, k, panels) + floats(panel * ((k + DEPTH - 1) / DEPTH) + block)
}

/** Depths are cut into blocks of about the same length, `DEPTH` at most. */
@inline
function evenDepth(k: i32): i32 {
  const blocks = (k + DEPTH - 1) / DEPTH
  return (k + blocks - 1) / blocks
}

/** Whether five of eight numbers of a sample are zero; then looking for zeros costs less than it saves. */
function isMostlyZero(a: usize, aRow: i32, aColumn: i32, m: i32, k: i32): bool {
  if (m * k < 4096) return false
  let zeros = 0
  for (let sample = 0; sample < 128; sample++) {
    const row = (sample * 7919) % m, p = (sample * 104729) % k
    if (load<f32>(a + floats(row) * aRow + floats(p) * aColumn) == 0) zeros++
  }
  return zeros >= 80
}

/** Packs some panels of a. */
export function packTask(team: usize, task: i32, thread: i32): void {
  const m = take(team, ROWS), k = take(team, INNER), aRow = take(team, A_ROW)
  const lineStep = floats(aRow), depthStep = floats(take(team, A_COLUMN))
  const sparse = take(team, SPARSE) != 0, packed = <usize>take(team, PACKED)
  const tall = tallPanels(m), panels = panelCount(m), depthAtOnce = sparse ? evenDepth(k) : k
  const first = task * take(team, PANELS_A_TASK)
  const end = min(panels, first + take(team, PANELS_A_TASK))
  const scratch = scratchOf(team, thread)
  for (let panel = first; panel < end; panel++) {
    const row = panelRow(panel, tall)
    const source = <usize>take(team, A) + <usize>row * lineStep
    const target = packed + floats(row) * k
    const height = TALL == 6 && panel < tall ? TALL : LOW
    for (let p = 0, block = 0; p < k; p += depthAtOnce, block++) {
      const depth = min(depthAtOnce, k - p)
      const dense = sparse ? scratch : target
      packQuad(source + <usize>p * depthStep, lineStep, depthStep, m - row, depth, dense, floats(height))
      if (height == 6) {
        const pair = source + 4 * lineStep + <usize>p * depthStep
        packPair(pair, lineStep, depthStep, m - row - 4, depth, dense + 16, floats(height))
      }
      if (sparse) {
        const depths = keptDepths(packed, m, k, panel) + floats(p)
        const kept = keepNonzero(dense, height, depth, target + floats(p) * height, depths)
        store<i32>(keptCount(packed, m, k, panels, panel, block), kept)
      }
    }
  }
}

/** Copies the depths of a panel at which not all rows are zero, and notes where in a panel of b each lies. */
function keepNonzero(panel: usize, height: i32, depth: i32, out: usize, depths: usize): i32 {
  const zero = f32x4.splat(0)
  let kept = 0
  for (let p = 0; p < depth; p++) {
    // The first four rows and the last four: of a panel of four rows the same.
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
function putZerosBack(packed: usize, depths: usize, kept: i32, height: i32, depth: i32, panel: usize): void {
  memory.fill(panel, 0, floats(height) * depth)
  for (let i = 0; i < kept; i++) {
    const p = load<i32>(depths + floats(i)) >>> 5
    memory.copy(panel + floats(p * height), packed + floats(i * height), floats(height))
  }
}

/** Whether [count] floats have no infinity and no NaN among them. */
function isFinite(x: usize, count: i32): bool {
  let sum = f32x4.splat(0)
  for (let i = 0; i < count; i += 4) {
    const value = v128.load(x + floats(i))
    sum = f32x4.add(sum, f32x4.sub(value, value)) // 0, or NaN for ever
  }
  return !v128.any_true(f32x4.ne(sum, sum))
}

/** Computes some columns of the product, for some of its rows. */
export function multiplyTask(team: usize, task: i32, thread: i32): void {
  const m = take(team, ROWS), n = take(team, WIDTH), k = take(team, INNER), columnTasks = take(team, COLUMN_TASKS)
  const column = (task % columnTasks) * take(team, COLUMNS_A_TASK)
  const columns = min(take(team, COLUMNS_A_TASK), n - column)
  const firstPanel = (task / columnTasks) * take(team, PANELS_A_TASK)
  const endPanel = min(panelCount(m), firstPanel + take(team, PANELS_A_TASK))
  const tall = tallPanels(m)
  const bRow = take(team, B_ROW), bColumn = take(team, B_COLUMN)
  const b = <usize>take(team, B) + floats(column) * bColumn
  const packed = <usize>take(team, PACKED)
  const out = <usize>take(team, OUT) + floats(column)
  const tile = scratchOf(team, thread)
  const bBlock = tile + floats(TILE), restored = bBlock + floats(B_BLOCK)
  const sparse = take(team, SPARSE) != 0, allPanels = panelCount(m), depthAtOnce = evenDepth(k)
  for (let p = 0, block = 0; p < k; p += depthAtOnce, block++) {
    const depth = min(depthAtOnce, k - p)
    packColumns(b + floats(p) * bRow, floats(bColumn), floats(bRow), columns, depth, bBlock)
    const finite = !sparse || isFinite(bBlock, ((columns + 7) & ~7) * depth)
    const add = p > 0 || take(team, ADD) != 0
    for (let panels = firstPanel; panels < endPanel; panels += PANELS_AT_ONCE) {
      const until = min(endPanel, panels + PANELS_AT_ONCE)
      for (let j = 0; j < columns; j += COLUMNS) {
        const bPanel = bBlock + floats(j) * depth
        const width = min(COLUMNS, columns - j)
        for (let panel = panels; panel < until; panel++) {
          const row = panelRow(panel, tall)
          const height = TALL == 6 && panel < tall ? TALL : LOW
          const target = out + floats(row) * n + floats(j)
          let aPanel = packed + floats(row) * k + floats(p) * height
          let depths: usize = 0, kept = depth
          if (sparse) {
            depths = keptDepths(packed, m, k, panel) + floats(p)
            kept = load<i32>(keptCount(packed, m, k, allPanels, panel, block))
            if (kept == depth) depths = 0
            else if (!finite) {
              putZerosBack(aPanel, depths, kept, height, depth, restored)
              aPanel = restored
              kept = depth
              depths = 0
            }
          }
          if (width == COLUMNS && row + height <= m) {
            multiplyTile(height, aPanel, bPanel, depths, kept, target, floats(n), add)
          } else {
            multiplyTile(height, aPanel, bPanel, depths, kept, tile, 4 * COLUMNS, false)
            storePartOfTile(tile, target, floats(n), min(height, m - row), width, add)
          }
        }
      }
    }
  }
  const bias = <usize>take(team, BIAS), activation = take(team, ACTIVATION)
  if (bias != 0 || activation != 0) {
    const row = panelRow(firstPanel, tall)
    const rows = min(m, panelRow(endPanel, tall)) - row
    biasActivationRows(
      out + floats(row) * n, bias == 0 ? 0 : bias + floats(column), rows, columns, floats(n), activation,
    )
  }
}

/** A tile of the product; `depths` says where in the panel of b the depths of the panel of a lie, or is 0 for all of them. */
function multiplyTile(
  height: i32, aPanel: usize, bPanel: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  if (TALL == 6 && height == 6) {
    if (depths == 0) multiplyTall(aPanel, 24, bPanel, depth, out, outStep, add)
    else multiplyTallAt(aPanel, bPanel, depths, depth, out, outStep, add)
  } else if (depths == 0) multiplyLow(aPanel, 16, bPanel, depth, out, outStep, add)
  else multiplyLowAt(aPanel, bPanel, depths, depth, out, outStep, add)
}

/** The 6 x 8 tile: 6 rows, whose depths are `aStep` bytes apart, times a panel [depth, 8]. */
export function multiplyTall(
  aPanel: usize, aStep: usize, bPanel: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  let c40 = c00, c41 = c00, c50 = c00, c51 = c00
  const end = bPanel + 32 * <usize>depth
  while (bPanel < end) {
    const b0 = v128.load(bPanel)
    const b1 = v128.load(bPanel, 16)
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
    a = v128.load32_splat(aPanel, 16)
    c40 = multiplyAdd(a, b0, c40)
    c41 = multiplyAdd(a, b1, c41)
    a = v128.load32_splat(aPanel, 20)
    c50 = multiplyAdd(a, b0, c50)
    c51 = multiplyAdd(a, b1, c51)
    aPanel += aStep
    bPanel += 32
  }
  if (add) {
    addRow(out, c00, c01)
    addRow(out + outStep, c10, c11)
    addRow(out + 2 * outStep, c20, c21)
    addRow(out + 3 * outStep, c30, c31)
    addRow(out + 4 * outStep, c40, c41)
    addRow(out + 5 * outStep, c50, c51)
  } else {
    storeRow(out, c00, c01)
    storeRow(out + outStep, c10, c11)
    storeRow(out + 2 * outStep, c20, c21)
    storeRow(out + 3 * outStep, c30, c31)
    storeRow(out + 4 * outStep, c40, c41)
    storeRow(out + 5 * outStep, c50, c51)
  }
}

/** The 4 x 8 tile: 4 rows, whose depths are `aStep` bytes apart, times a panel [depth, 8]. */
export function multiplyLow(
  aPanel: usize, aStep: usize, bPanel: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  const end = bPanel + 32 * <usize>depth
  while (bPanel < end) {
    const b0 = v128.load(bPanel)
    const b1 = v128.load(bPanel, 16)
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
    aPanel += aStep
    bPanel += 32
  }
  if (add) {
    addRow(out, c00, c01)
    addRow(out + outStep, c10, c11)
    addRow(out + 2 * outStep, c20, c21)
    addRow(out + 3 * outStep, c30, c31)
  } else {
    storeRow(out, c00, c01)
    storeRow(out + outStep, c10, c11)
    storeRow(out + 2 * outStep, c20, c21)
    storeRow(out + 3 * outStep, c30, c31)
  }
}

/** The 6 x 8 tile: a panel [depth, 6] times the depths of a panel [.., 8] that `depths` names. */
function multiplyTallAt(aPanel: usize, bPanel: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  let c40 = c00, c41 = c00, c50 = c00, c51 = c00
  const end = aPanel + 24 * <usize>depth
  while (aPanel < end) {
    const b = bPanel + <usize>load<i32>(depths)
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
    a = v128.load32_splat(aPanel, 16)
    c40 = multiplyAdd(a, b0, c40)
    c41 = multiplyAdd(a, b1, c41)
    a = v128.load32_splat(aPanel, 20)
    c50 = multiplyAdd(a, b0, c50)
    c51 = multiplyAdd(a, b1, c51)
    aPanel += 24
    depths += 4
  }
  if (add) {
    addRow(out, c00, c01)
    addRow(out + outStep, c10, c11)
    addRow(out + 2 * outStep, c20, c21)
    addRow(out + 3 * outStep, c30, c31)
    addRow(out + 4 * outStep, c40, c41)
    addRow(out + 5 * outStep, c50, c51)
  } else {
    storeRow(out, c00, c01)
    storeRow(out + outStep, c10, c11)
    storeRow(out + 2 * outStep, c20, c21)
    storeRow(out + 3 * outStep, c30, c31)
    storeRow(out + 4 * outStep, c40, c41)
    storeRow(out + 5 * outStep, c50, c51)
  }
}

/** The 4 x 8 tile: a panel [depth, 4] times the depths of a panel [.., 8] that `depths` names. */
function multiplyLowAt(aPanel: usize, bPanel: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  const end = aPanel + 16 * <usize>depth
  while (aPanel < end) {
    const b = bPanel + <usize>load<i32>(depths)
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
    aPanel += 16
    depths += 4
  }
  if (add) {
    addRow(out, c00, c01)
    addRow(out + outStep, c10, c11)
    addRow(out + 2 * outStep, c20, c21)
    addRow(out + 3 * outStep, c30, c31)
  } else {
    storeRow(out, c00, c01)
    storeRow(out + outStep, c10, c11)
    storeRow(out + 2 * outStep, c20, c21)
    storeRow(out + 3 * outStep, c30, c31)
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

/** The part of a tile that lies inside the product. */
export function storePartOfTile(tile: usize, out: usize, outStep: usize, height: i32, width: i32, add: bool): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j += 4) {
      const at = out + <usize>i * outStep + floats(j)
      const value = v128.load(tile + floats(i * COLUMNS + j))
      write(at, add ? f32x4.add(value, read(at, width - j)) : value, width - j)
    }
  }
}

/** Copies columns [depth, count] of b into panels [depth, 8]; the last one is filled up with zeros. */
export function packColumns(
  source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panels: usize,
): void {
  const whole = count / COLUMNS
  if (lineStep == 4) {
    // Row by row: memory is read in order.
    const panelStep = <usize>(4 * COLUMNS * depth)
    for (let p = 0; p < depth; p++) {
      let from = source + <usize>p * depthStep
      let to = panels + <usize>(4 * COLUMNS * p)
      for (let panel = 0; panel < whole; panel++) {
        v128.store(to, v128.load(from))
        v128.store(to, v128.load(from, 16), 16)
        from += 4 * COLUMNS
        to += panelStep
      }
    }
  }
  for (let line = lineStep == 4 ? whole * COLUMNS : 0; line < count; line += COLUMNS) {
    const panel = panels + floats(line) * depth, from = source + <usize>line * lineStep
    packQuad(from, lineStep, depthStep, count - line, depth, panel, 4 * COLUMNS)
    packQuad(from + 4 * lineStep, lineStep, depthStep, count - line - 4, depth, panel + 16, 4 * COLUMNS)
  }
}

/** Four lines of a panel; `count` of them exist, the others become zeros. Lines or depths are next to each other. */
export function packQuad(
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
  packLines(4, source, lineStep, depthStep, count, depth - p, panel, panelStep)
}

/** Two lines of a panel. */
export function packPair(
  source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panel: usize, panelStep: usize,
): void {
  let p = 0
  if (count >= 2) {
    if (lineStep == 4) {
      for (; p < depth; p++) {
        store<u64>(panel, load<u64>(source))
        source += depthStep
        panel += panelStep
      }
    } else {
      for (; p + 4 <= depth; p += 4) {
        const r0 = v128.load(source)
        const r1 = v128.load(source + lineStep)
        const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
        const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
        v128.store_lane<u64>(panel, low, 0)
        v128.store_lane<u64>(panel + panelStep, low, 1)
        v128.store_lane<u64>(panel + 2 * panelStep, high, 0)
        v128.store_lane<u64>(panel + 3 * panelStep, high, 1)
        source += 16
        panel += 4 * panelStep
      }
    }
  }
  packLines(2, source, lineStep, depthStep, count, depth - p, panel, panelStep)
}

/** `width` lines number by number; those from `count` on become zeros. */
function packLines(
  width: i32, source: usize, lineStep: usize, depthStep: usize, count: i32, depth: i32, panel: usize, panelStep: usize,
): void {
  for (let p = 0; p < depth; p++) {
    for (let line = 0; line < width; line++) {
      store<f32>(panel + floats(line), line < count ? load<f32>(source + <usize>line * lineStep) : 0)
    }
    source += depthStep
    panel += panelStep
  }
}
