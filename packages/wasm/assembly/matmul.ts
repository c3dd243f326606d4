// Matrix product in float32: both factors are packed into panels that fit the L1 and L2 caches, and a tile of the product stays
// in registers (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication"). The first factor is packed
// once, by all threads; then each task packs a few columns of the second and computes those columns of the product.
//
// If the first factor is mostly zeros, like images of digits on black, they are left out of it; if the second has a number that
// is not finite, they are put back.
import { biasActivation, biasActivationRows } from './dense'
import { packColumns, packRows } from './packing'
import { addToTotals, roundTotals } from './sums'
import { MULTIPLY, PACK } from './tasks'
import { activeCount, put, run, scratchOf, take } from './team'
import { COLUMNS } from './multiply'
import {
  DEPTH, evenDepth, LOW, multiplyTiles, paddedRows, panelCount, panelHeight, panelRow, TALL, TILE, tallPanels, tileColumns,
} from './tiles'
import { floats } from './vector'
import { isFinite, isMostlyZero, keepNonzero, putZerosBack } from './zeros'

// Panels of a that stay in an L2 cache along with the packed columns of b.
const PANELS_AT_ONCE: i32 = 20
const COLUMNS_AT_ONCE: i32 = 96

// The packed part of a: at most 4 MiB, whatever is multiplied.
const PACKED_FLOATS: i32 = 1 << 20
const PACKED_DEPTH: i32 = 1 << 13
// If a product has more depths, this many are summed in float32, one after another; then up to 52 of their sums; then those in
// float64. It is less than `DEPTH`, because equal terms have equal rounding errors.
const FEW_DEPTHS: i32 = 160

// The working memory of a thread, in floats: a tile, packed columns of b, a panel of a.
const B_BLOCK: i32 = COLUMNS_AT_ONCE * DEPTH
const A_PANEL: i32 = 6 * DEPTH

/** Bytes of working memory that each thread needs. */
export const SCRATCH_BYTES: usize = 4 * (TILE + B_BLOCK + A_PANEL)

/**
 * Floats of working memory that the product of [m, k] and [k, n] needs besides that of the threads: packed a, and for each
 * of its panels the depths that are kept; and if it is computed in parts, one part and their sum in float64.
 */
export function packedFloats(m: i32, n: i32, k: i32): i32 {
  return packedOf(m, k) + (k > PACKED_DEPTH ? 3 * min(m, rowsAtOnce(k)) * n : 0)
}

function packedOf(m: i32, k: i32): i32 {
  const rows = min(m, rowsAtOnce(k)) + TALL, depth = min(k, PACKED_DEPTH)
  return rows * depth + (rows / LOW + 2) * (depth + (depth + FEW_DEPTHS - 1) / FEW_DEPTHS)
}

function rowsAtOnce(k: i32): i32 {
  return PACKED_FLOATS / max(1, min(k, PACKED_DEPTH))
}

/**
 * out [m, n] = activation(a [m, k] b [k, n] + bias [n]). Element (i, p) of a is at `aRow i + aColumn p`, element (p, j) of b at
 * `bRow p + bColumn j`, counted in floats; one of the two strides of each is 1. `out` is row-major and does not overlap the
 * inputs; there is no bias if its address is 0. `packed` has room for `packedFloats` floats.
 */
export function matmul(
  a: usize, aRow: i32, aColumn: i32,
  b: usize, bRow: i32, bColumn: i32,
  out: usize, m: i32, n: i32, k: i32, bias: usize, activation: i32, packed: usize,
): void {
  if (m == 0 || n == 0) return
  if (k == 0) {
    memory.fill(out, 0, floats(m) * n)
    biasActivation(out, bias, m, n, activation)
    return
  }
  const atOnce = rowsAtOnce(k), part = packed + floats(packedOf(m, k)), totals = part + floats(min(m, atOnce)) * n
  for (let row = 0; row < m; row += atOnce) {
    const rows = min(atOnce, m - row), left = a + floats(row) * aRow, to = out + floats(row) * n
    if (k <= PACKED_DEPTH) {
      multiplyPart(left, aRow, aColumn, b, bRow, bColumn, to, rows, n, k, DEPTH, bias, activation, packed)
      continue
    }
    for (let p = 0; p < k; p += PACKED_DEPTH) {
      multiplyPart(
        left + floats(p) * aColumn, aRow, aColumn, b + floats(p) * bRow, bRow, bColumn, part, rows, n, min(PACKED_DEPTH, k - p),
        FEW_DEPTHS, 0, 0, packed,
      )
      addToTotals(part, rows * n, totals, p > 0)
    }
    roundTotals(totals, rows * n, to)
    if (bias != 0 || activation != 0) biasActivation(to, bias, rows, n, activation)
  }
}

// The arguments of both kinds of task.
const A: i32 = 0, A_ROW: i32 = 1, A_COLUMN: i32 = 2, B: i32 = 3, B_ROW: i32 = 4, B_COLUMN: i32 = 5, OUT: i32 = 6
const ROWS: i32 = 7, WIDTH: i32 = 8, INNER: i32 = 9, BIAS: i32 = 10, ACTIVATION: i32 = 11, PACKED: i32 = 12
const PANELS_A_TASK: i32 = 13, COLUMNS_A_TASK: i32 = 14, COLUMN_TASKS: i32 = 15, DEPTH_AT_ONCE: i32 = 16

function multiplyPart(
  a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, out: usize, m: i32, n: i32, k: i32,
  mostDepth: i32, bias: usize, activation: i32, packed: usize,
): void {
  put(A, <i32>a)
  put(A_ROW, aRow)
  put(A_COLUMN, aColumn)
  put(B, <i32>b)
  put(B_ROW, bRow)
  put(B_COLUMN, bColumn)
  put(OUT, <i32>out)
  put(ROWS, m)
  put(WIDTH, n)
  put(INNER, k)
  put(BIAS, <i32>bias)
  put(ACTIVATION, activation)
  put(PACKED, <i32>packed)
  put(DEPTH_AT_ONCE, evenDepth(k, mostDepth))
  const panels = panelCount(m)
  const work = <f64>m * <f64>n * <f64>k
  // A packing task takes some 10 microseconds, a multiplying task 20 or more; less is not worth waking other threads.
  const packTasks = work < 2e5 ? 1 : max(1, min(panels, m * k / 8192))
  put(PANELS_A_TASK, (panels + packTasks - 1) / packTasks)
  run(PACK, packTasks)
  const threads = activeCount()
  const wanted = threads <= 1 ? 1 : max(1, <i32>min<f64>(work / 2.5e5, 16 * threads))
  const rowTasks = rowTasksOf(m, n, wanted)
  const columnsATask = columnsOf(n, wanted, rowTasks)
  const columnTasks = (n + columnsATask - 1) / columnsATask
  const panelsATask = (panels + rowTasks - 1) / rowTasks
  put(COLUMNS_A_TASK, columnsATask)
  put(COLUMN_TASKS, columnTasks)
  put(PANELS_A_TASK, panelsATask)
  run(MULTIPLY, columnTasks * ((panels + panelsATask - 1) / panelsATask))
}

/**
 * The number of parts into which the rows are divided for `wanted` tasks. A task packs columns of b only for its own rows, and reads
 * its rows of a, often from the L3 cache, only for its own columns. So in addition to its products it costs about 20 / rows and
 * 13 / columns of their time.
 */
function rowTasksOf(m: i32, n: i32, wanted: i32): i32 {
  let best = 1
  let least: f64 = Infinity
  for (let tasks = 1; tasks == 1 || (tasks <= wanted && m / tasks >= 96); tasks *= 2) {
    const cost = <f64>20 * tasks / m + 13 / <f64>columnsOf(n, wanted, tasks)
    if (cost < least) {
      least = cost
      best = tasks
    }
  }
  return best
}

/** The columns of a task: whole tiles, at most as many as fit the working memory. */
function columnsOf(n: i32, wanted: i32, rowTasks: i32): i32 {
  const unit = tileColumns(n), tasks = max(1, wanted / rowTasks)
  return min(COLUMNS_AT_ONCE, unit * (((n + unit - 1) / unit + tasks - 1) / tasks))
}

// The layout of packed a: panel after panel, each [depth, its rows]; then for each panel the depths that are kept, as byte offsets
// in a panel of b; then their number, for each block of depths.

@inline
function keptDepths(packed: usize, m: i32, k: i32, panel: i32): usize {
  return packed + floats(paddedRows(m) + panel) * k
}

@inline
function keptCount(packed: usize, m: i32, k: i32, panels: i32, panel: i32, block: i32): usize {
  return keptDepths(packed, m, k, panels) + floats(panel * ((k + take(DEPTH_AT_ONCE) - 1) / take(DEPTH_AT_ONCE)) + block)
}

/** Whether zeros of a are left out; every task gets the same answer once it runs. */
function isSparse(): bool {
  return isMostlyZero(<usize>take(A), take(A_ROW), take(A_COLUMN), take(ROWS), take(INNER))
}

/** One task: packs some panels of a. */
export function packTask(task: i32, thread: i32): void {
  const m = take(ROWS), k = take(INNER), aRow = take(A_ROW)
  const lineStep = floats(aRow), depthStep = floats(take(A_COLUMN))
  const sparse = isSparse(), packed = <usize>take(PACKED)
  const tall = tallPanels(m), panels = panelCount(m), depthAtOnce = sparse ? take(DEPTH_AT_ONCE) : k
  const first = task * take(PANELS_A_TASK)
  const end = min(panels, first + take(PANELS_A_TASK))
  const scratch = scratchOf(thread)
  for (let panel = first; panel < end; panel++) {
    const row = panelRow(panel, tall)
    const source = <usize>take(A) + <usize>row * lineStep
    const target = packed + floats(row) * k
    const height = panelHeight(panel, tall)
    for (let p = 0, block = 0; p < k; p += depthAtOnce, block++) {
      const depth = min(depthAtOnce, k - p)
      const dense = sparse ? scratch : target
      packRows(height, source + <usize>p * depthStep, lineStep, depthStep, m - row, depth, dense)
      if (sparse) {
        const depths = keptDepths(packed, m, k, panel) + floats(p)
        const kept = keepNonzero(dense, height, depth, target + floats(p) * height, depths)
        store<i32>(keptCount(packed, m, k, panels, panel, block), kept)
      }
    }
  }
}

/** One task: computes some columns of the product, for some of its rows. */
export function multiplyTask(task: i32, thread: i32): void {
  const m = take(ROWS), n = take(WIDTH), k = take(INNER), columnTasks = take(COLUMN_TASKS)
  const column = (task % columnTasks) * take(COLUMNS_A_TASK)
  const columns = min(take(COLUMNS_A_TASK), n - column)
  const firstPanel = (task / columnTasks) * take(PANELS_A_TASK)
  const endPanel = min(panelCount(m), firstPanel + take(PANELS_A_TASK))
  const tall = tallPanels(m)
  const bRow = take(B_ROW), bColumn = take(B_COLUMN)
  const b = <usize>take(B) + floats(column) * bColumn
  const packed = <usize>take(PACKED)
  const out = <usize>take(OUT) + floats(column)
  const tile = scratchOf(thread)
  const bBlock = tile + floats(TILE), restored = bBlock + floats(B_BLOCK)
  const sparse = isSparse(), allPanels = panelCount(m), depthAtOnce = take(DEPTH_AT_ONCE)
  for (let p = 0, block = 0; p < k; p += depthAtOnce, block++) {
    const depth = min(depthAtOnce, k - p)
    packColumns(b + floats(p) * bRow, floats(bColumn), floats(bRow), columns, depth, bBlock)
    const finite = !sparse || isFinite(bBlock, ((columns + 7) & ~7) * depth)
    for (let panels = firstPanel; panels < endPanel; panels += PANELS_AT_ONCE) {
      const until = min(endPanel, panels + PANELS_AT_ONCE)
      for (let j = 0; j < columns;) {
        const tileWidth = tileColumns(columns - j)
        const left = bBlock + floats(j) * depth, right = left + floats(COLUMNS) * depth
        for (let panel = panels; panel < until;) {
          const row = panelRow(panel, tall), height = panelHeight(panel, tall)
          // All panels of one height at once, unless each has its own depths.
          const count = sparse ? 1 : (panel < tall ? min(tall, until) : until) - panel
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
          multiplyTiles(
            height, count, tileWidth, aPanel, floats(height), floats(height) * k, left, right, depths, kept,
            out + floats(row) * n + floats(j), floats(n), m - row, columns - j, p > 0, tile,
          )
          panel += count
        }
        j += tileWidth
      }
    }
  }
  const bias = <usize>take(BIAS), activation = take(ACTIVATION)
  if (bias != 0 || activation != 0) {
    const row = panelRow(firstPanel, tall)
    const rows = min(m, panelRow(endPanel, tall)) - row
    biasActivationRows(
      out + floats(row) * n, bias == 0 ? 0 : bias + floats(column), rows, columns, floats(n), activation,
    )
  }
}
