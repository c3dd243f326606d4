// 2-D convolution and its transpose, as products with the patches that the filter sees: one patch of `patchSize` numbers per pixel
// of the smaller images. A task has some images or some pixels, and processes as many at a time as its thread's working memory
// holds: patches, product, bias and activation, all while the numbers are in its caches.
//
// `images` are [batch, inHeight, inWidth, channels], `maps` are [batch, outHeight, outWidth, outChannels]: a convolution
// turns images into (feature) maps, its transpose maps into images. The filter is [filterHeight, filterWidth, channels, outChannels].
import { panelsFloats, patchStep, pixelsAtOnce, roundUp, threadFloats, timesOfTask } from './convolution-memory'
import { biasActivationRows } from './dense'
import { putLengths } from './lengths'
import { packColumns, packRows } from './packing'
import {
  addPatches, channelsOf, imagePixels, imageSize, makePatches, mapChannels, mapPixels, patchSize,
} from './patches'
import { CONVOLVE, CONVOLVE_TRANSPOSED, FLIP_FILTER, PACK_FILTER } from './tasks'
import { firstRow, put, rowsOf, runRows, runTasks, scratchOf, take } from './team'
import { COLUMNS } from './multiply'
import { evenDepth, multiplyTiles, panelCount, panelHeight, panelRow, tallPanels, tileColumns } from './tiles'
import { floats } from './vector'

// The arguments of a job, besides its rows, which are images or pixels of maps, and the lengths.
const IMAGES: i32 = 2, MAPS: i32 = 3, BIAS: i32 = 4, ACTIVATION: i32 = 5
// Also for the gradients.
const PANELS: i32 = 10, THREAD_MEMORY: i32 = 11

/**
 * maps = activation(convolution(images, filter) + bias [outChannels]), or if `transposed`, images = activation(transposed
 * convolution(maps, filter) + bias [channels]); there is no bias if its address is 0. `memory` has room for `convolutionFloats`
 * floats.
 */
export function convolve(
  transposed: bool, images: usize, filter: usize, maps: usize, bias: usize, activation: i32, memory: usize,
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32, filterHeight: i32,
  filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  putLengths(
    batch, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  packFilter(filter, memory, transposed)
  const depth = patchSize()
  putThreadMemory(memory + floats(panelsFloats(depth, outChannels)))
  put(IMAGES, <i32>images)
  put(MAPS, <i32>maps)
  put(BIAS, <i32>bias)
  put(ACTIVATION, activation)
  const pixels = mapPixels(), atOnce = pixelsAtOnce(depth)
  if (transposed) runTasks(CONVOLVE_TRANSPOSED, batch, timesOfTask(pixels, depth, outChannels))
  else runTasks(CONVOLVE, batch * pixels, atOnce * timesOfTask(atOnce, depth, outChannels))
}

/** One task: some pixels of the maps. */
export function convolveTask(task: i32, thread: i32): void {
  const columns = mapChannels(), atOnce = pixelsAtOnce(patchSize())
  const patches = patchesOf(thread)
  const first = firstRow(task), end = first + rowsOf(task)
  for (let pixel = first; pixel < end; pixel += atOnce) {
    const count = min(atOnce, end - pixel)
    const maps = <usize>take(MAPS) + floats(pixel) * columns
    makePatches(<usize>take(IMAGES), patches, pixel, count)
    multiplyPatches(count, maps, thread)
    endRows(maps, count, columns)
  }
}

/** One task: some images. */
export function convolveTransposedTask(task: i32, thread: i32): void {
  const atOnce = pixelsAtOnce(patchSize())
  const image = firstRow(task), count = rowsOf(task)
  const first = image * mapPixels(), end = first + count * mapPixels()
  const images = <usize>take(IMAGES)
  for (let pixel = first; pixel < end; pixel += atOnce) {
    const maps = <usize>take(MAPS) + floats(pixel) * mapChannels()
    spread(maps, images, pixel, min(atOnce, end - pixel), thread)
  }
  endRows(images + floats(image) * imageSize(), count * imagePixels(), channelsOf())
}

/** Bias and activation of the result. */
function endRows(x: usize, rows: i32, columns: i32): void {
  const bias = <usize>take(BIAS), activation = take(ACTIVATION)
  if (bias != 0 || activation != 0) biasActivationRows(x, bias, rows, columns, floats(columns), activation)
}

// ---- Shared with the gradients. The filter is in panels, for all tasks.

/** Packs panels [depth, 8] of the filter [depth, columns], or of its transpose if `transposed`. */
export function packFilter(filter: usize, panels: usize, transposed: bool): void {
  const depth = patchSize(), columns = mapChannels()
  put(2, <i32>filter)
  put(3, transposed)
  put(PANELS, <i32>panels)
  const lines = transposed ? depth : columns
  runRows(PACK_FILTER, (lines + COLUMNS - 1) / COLUMNS, COLUMNS * (transposed ? columns : depth), 32768)
}

/** One task: some panels. */
export function packFilterTask(task: i32): void {
  const depth = patchSize(), columns = mapChannels()
  const first = COLUMNS * firstRow(task), count = COLUMNS * rowsOf(task)
  const filter = <usize>take(2), panels = <usize>take(PANELS)
  if (take(3) != 0) {
    const source = filter + floats(first) * columns
    packColumns(source, floats(columns), 4, min(count, depth - first), columns, panels + floats(first) * columns)
  } else {
    packColumns(filter + floats(first), 4, floats(columns), min(count, columns - first), depth, panels + floats(first) * depth)
  }
}

/** Sets the address of the threads' working memory. */
export function putThreadMemory(memory: usize): void {
  put(THREAD_MEMORY, <i32>memory)
}

/** A thread's memory for patches. */
@inline
export function patchesOf(thread: i32): usize {
  return <usize>take(THREAD_MEMORY) + floats(thread) * threadFloats(patchSize(), mapChannels())
}

/** A thread's memory for rows in panels. */
@inline
export function rowPanelsOf(thread: i32): usize {
  const depth = patchSize()
  return patchesOf(thread) + floats(pixelsAtOnce(depth) * patchStep(depth) + 16)
}

/** maps = the thread's patches of `count` pixels times the packed filter. */
export function multiplyPatches(count: i32, maps: usize, thread: i32): void {
  const depth = patchSize(), columns = mapChannels()
  multiplyRows(
    patchesOf(thread), floats(patchStep(depth)), count, depth, columns, maps, floats(columns), thread,
  )
}

/** Adds the contribution of `count` pixels of maps to the images: their product with the packed transpose of the filter. */
export function spread(maps: usize, images: usize, pixel: i32, count: i32, thread: i32): void {
  const depth = patchSize(), inner = mapChannels(), patches = patchesOf(thread)
  multiplyRows(
    maps, floats(inner), count, inner, roundUp(depth, COLUMNS), patches, floats(patchStep(depth)), thread,
  )
  addPatches(images, patches, pixel, count)
}

/** out [m, columns] = a [m, k] times the packed filter [k, columns], rows of a `aStep` bytes apart, of out `outStep`. */
function multiplyRows(
  a: usize, aStep: usize, m: i32, k: i32, columns: i32, out: usize, outStep: usize, thread: i32,
): void {
  const tile = scratchOf(thread), b = <usize>take(PANELS), rows = rowPanelsOf(thread)
  const tall = tallPanels(m), count = panelCount(m)
  for (let panel = 0; panel < count; panel++) {
    const row = panelRow(panel, tall)
    packRows(panelHeight(panel, tall), a + <usize>row * aStep, aStep, 4, m - row, k, rows + floats(row) * k)
  }
  const depthAtOnce = evenDepth(k)
  let p = 0
  do {
    const depth = min(depthAtOnce, k - p)
    for (let column = 0; column < columns;) {
      const tileWidth = tileColumns(columns - column)
      const left = b + floats(column) * k + floats(p) * COLUMNS, right = left + floats(COLUMNS) * k
      for (let panel = 0; panel < count;) {
        const row = panelRow(panel, tall), height = panelHeight(panel, tall)
        const panels = (panel < tall ? tall : count) - panel
        multiplyTiles(
          height, panels, tileWidth, rows + floats(row) * k + floats(p) * height, floats(height), floats(height) * k, left,
          right, 0, depth, out + <usize>row * outStep + floats(column), outStep, m - row, columns - column, p > 0, tile,
        )
        panel += panels
      }
      column += tileWidth
    }
    p += depthAtOnce
  } while (p < k)
}

/** to [taps, columns, rows], the taps in reverse, from [taps, rows, columns]: a filter seen from its output. */
export function flipFilter(from: usize, to: usize, taps: i32, rows: i32, columns: i32): void {
  put(2, <i32>from)
  put(3, <i32>to)
  put(4, rows)
  put(5, columns)
  runRows(FLIP_FILTER, taps, rows * columns, 16384)
}

/** One task: some taps. */
export function flipFilterTask(task: i32): void {
  const taps = take(0), rows = take(4), columns = take(5), first = firstRow(task)
  for (let tap = first; tap < first + rowsOf(task); tap++) {
    let from = <usize>take(2) + floats(tap * rows) * columns
    const to = <usize>take(3) + floats((taps - 1 - tap) * rows) * columns
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        store<f32>(to + floats(column * rows + row), load<f32>(from))
        from += 4
      }
    }
  }
}
