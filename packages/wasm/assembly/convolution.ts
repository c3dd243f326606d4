// 2-D convolution, its transpose and their gradients, as products with the patches that the filter sees: pixel after pixel of
// the smaller images, `patchSize` numbers each. A task has some images or some pixels, and goes through them as many at a
// time as its thread's working memory holds: patches, product, ending, all while the numbers are in its caches.
//
// `images` are [batch, inHeight, inWidth, channels], `maps` are [batch, outHeight, outWidth, outChannels]: a convolution
// makes maps of images, its transpose images of maps. The filter is [filterHeight, filterWidth, channels, outChannels].
import { activationGradientOf, biasActivationRows } from './dense'
import {
  COLUMNS, DEPTH, LOW, multiplyLow, multiplyTall, packColumns, packPair, packQuad, panelCount, panelRow, storePartOfTile, TALL,
  tallPanels,
} from './matmul'
import { ADD_PARTS, CONVOLVE, CONVOLVE_TRANSPOSED, GRADIENT_OF_CONVOLUTION, PACK_FILTER } from './tasks'
import { firstRow, put, rowsOf, run, runRows, scratchOf, take, threadsOf } from './team'
import { floats, read, sum, write } from './vector'

// The arguments of a job; 0 and 1 are the rows, which here are images or pixels of maps.
const IMAGES: i32 = 2, MAPS: i32 = 3, PANELS: i32 = 4, BIAS: i32 = 5, ACTIVATION: i32 = 6
const DY: i32 = 7, OUTPUT: i32 = 8, PARTS: i32 = 9, GRADIENT: i32 = 10, THREAD_MEMORY: i32 = 11
const IN_HEIGHT: i32 = 12, IN_WIDTH: i32 = 13, CHANNELS: i32 = 14, OUT_HEIGHT: i32 = 15, OUT_WIDTH: i32 = 16
const OUT_CHANNELS: i32 = 17, FILTER_HEIGHT: i32 = 18, FILTER_WIDTH: i32 = 19
const STRIDE_HEIGHT: i32 = 20, STRIDE_WIDTH: i32 = 21, DILATION_HEIGHT: i32 = 22, DILATION_WIDTH: i32 = 23
const PAD_TOP: i32 = 24, PAD_LEFT: i32 = 25
// Whether the gradient that comes in is one of images: the gradient of a transposed convolution.
const TRANSPOSED: i32 = 26

// Multiplications of a task, about: some 40 microseconds. Parts of a filter's gradient are as many as tasks, whose number
// depends on nothing but the lengths, and they take 16 MiB at most.
const WORK_OF_TASK: f64 = 1e6
const MOST_PARTS: i32 = 32
const FLOATS_OF_PARTS: i32 = 1 << 22

// ---- Working memory: the packed filter, parts of the filter's gradient, and patches for each thread.

/**
 * Floats of working memory for one of the functions below, which take the lengths in the same order. The product of a
 * filter's lengths must be below 2^28.
 */
export function convolutionFloats(
  team: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32,
): i32 {
  const depth = filterHeight * filterWidth * channels
  const parts = partCount(batch, outHeight * outWidth, depth, outChannels)
  return (
    panelsFloats(depth, outChannels) + parts * partFloats(depth, channels, outChannels) +
    threadsOf(team) * threadFloats(depth, outChannels)
  )
}

@inline
function roundUp(count: i32, unit: i32): i32 {
  return (count + unit - 1) / unit * unit
}

/** The filter as the second factor of a product, transposed or not. */
function panelsFloats(depth: i32, outChannels: i32): i32 {
  return roundUp(depth, COLUMNS) * roundUp(outChannels, COLUMNS)
}

/** A part of the filter's gradient, rows and columns filled up to whole tiles, and one of the bias's. */
function partFloats(depth: i32, channels: i32, outChannels: i32): i32 {
  return roundUp(depth, TALL) * roundUp(outChannels, COLUMNS) + roundUp(max(channels, outChannels), COLUMNS)
}

/** Floats from one patch to the next: an odd number of cache lines, so that the same place of many patches fits a cache. */
function patchStep(depth: i32): i32 {
  return 16 * ((depth + 15) / 16 | 1)
}

/** Patches that a thread works on at a time: whole tiles, which fit half a second-level cache with what is made of them. */
function pixelsAtOnce(depth: i32): i32 {
  return min(192, max(12, 32768 / patchStep(depth) / 12 * 12))
}

/** A thread's patches with room for a vector beyond, rows as panels, and columns as panels. */
function threadFloats(depth: i32, outChannels: i32): i32 {
  const pixels = pixelsAtOnce(depth)
  return pixels * patchStep(depth) + 16 + (pixels + LOW) * max(depth, outChannels) + pixels * roundUp(outChannels, COLUMNS)
}

function partCount(batch: i32, pixels: i32, depth: i32, outChannels: i32): i32 {
  const images = imagesOfPart(batch, pixels, depth, outChannels)
  return (batch + images - 1) / images
}

/** Images of a task of the gradient: the same on any number of threads, and so are the sums. */
function imagesOfPart(batch: i32, pixels: i32, depth: i32, outChannels: i32): i32 {
  const room = max(1, FLOATS_OF_PARTS / max(1, roundUp(depth, TALL) * roundUp(outChannels, COLUMNS)))
  const most = min(MOST_PARTS, room)
  return max((batch + most - 1) / most, imagesOfTask(pixels, depth, 2 * outChannels))
}

function imagesOfTask(pixels: i32, depth: i32, columns: i32): i32 {
  return <i32>max<f64>(1, WORK_OF_TASK / (<f64>pixels * depth * (columns + 32) + 1))
}

function putLengths(
  team: usize, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32, filterHeight: i32,
  filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  put(team, IN_HEIGHT, inHeight)
  put(team, IN_WIDTH, inWidth)
  put(team, CHANNELS, channels)
  put(team, OUT_HEIGHT, outHeight)
  put(team, OUT_WIDTH, outWidth)
  put(team, OUT_CHANNELS, outChannels)
  put(team, FILTER_HEIGHT, filterHeight)
  put(team, FILTER_WIDTH, filterWidth)
  put(team, STRIDE_HEIGHT, strideHeight)
  put(team, STRIDE_WIDTH, strideWidth)
  put(team, DILATION_HEIGHT, dilationHeight)
  put(team, DILATION_WIDTH, dilationWidth)
  put(team, PAD_TOP, padTop)
  put(team, PAD_LEFT, padLeft)
}

@inline
function patchSize(team: usize): i32 {
  return take(team, FILTER_HEIGHT) * take(team, FILTER_WIDTH) * take(team, CHANNELS)
}

@inline
function imageSize(team: usize): i32 {
  return take(team, IN_HEIGHT) * take(team, IN_WIDTH) * take(team, CHANNELS)
}

@inline
function mapPixels(team: usize): i32 {
  return take(team, OUT_HEIGHT) * take(team, OUT_WIDTH)
}

function runTasks(team: usize, kind: i32, rows: i32, rowsOfTask: i32): void {
  put(team, 0, rows)
  put(team, 1, rowsOfTask)
  run(team, kind, (rows + rowsOfTask - 1) / rowsOfTask)
}

// ---- The filter in panels, for all tasks.

/** Panels of the filter [depth, columns], [depth, 8] each; of its transpose where `transposed`. */
function packFilter(team: usize, filter: usize, panels: usize, depth: i32, columns: i32, transposed: bool): void {
  put(team, 2, <i32>filter)
  put(team, 3, <i32>panels)
  put(team, 4, depth)
  put(team, 5, columns)
  put(team, 6, transposed)
  const lines = transposed ? depth : columns
  runRows(team, PACK_FILTER, (lines + COLUMNS - 1) / COLUMNS, COLUMNS * (transposed ? columns : depth), 32768)
}

/** Some panels. */
export function packFilterTask(team: usize, task: i32): void {
  const depth = take(team, 4), columns = take(team, 5)
  const first = COLUMNS * firstRow(team, task), count = COLUMNS * rowsOf(team, task)
  const filter = <usize>take(team, 2), panels = <usize>take(team, 3)
  if (take(team, 6) != 0) {
    const source = filter + floats(first) * columns
    packColumns(source, floats(columns), 4, min(count, depth - first), columns, panels + floats(first) * columns)
  } else {
    packColumns(filter + floats(first), 4, floats(columns), min(count, columns - first), depth, panels + floats(first) * depth)
  }
}

// ---- Convolution.

/**
 * maps = activation(convolution(images, filter) + bias [outChannels]); no bias where its address is 0. `memory` is room for
 * `convolutionFloats` floats.
 */
export function convolve(
  team: usize, images: usize, filter: usize, maps: usize, bias: usize, activation: i32, memory: usize, batch: i32,
  inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32, filterHeight: i32,
  filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  const depth = filterHeight * filterWidth * channels
  packFilter(team, filter, memory, depth, outChannels, false)
  putLengths(
    team, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  put(team, IMAGES, <i32>images)
  put(team, MAPS, <i32>maps)
  put(team, PANELS, <i32>memory)
  put(team, BIAS, <i32>bias)
  put(team, ACTIVATION, activation)
  put(team, THREAD_MEMORY, <i32>(memory + floats(panelsFloats(depth, outChannels))))
  const pixels = pixelsAtOnce(depth)
  const times = <i32>max<f64>(1, WORK_OF_TASK / (<f64>pixels * depth * (outChannels + 32) + 1))
  runTasks(team, CONVOLVE, batch * outHeight * outWidth, pixels * times)
}

/** Some pixels of the maps. */
export function convolveTask(team: usize, task: i32, thread: i32): void {
  const depth = patchSize(team), columns = take(team, OUT_CHANNELS), atOnce = pixelsAtOnce(depth)
  const patches = threadMemory(team, thread), step = floats(patchStep(depth)), rows = rowPanels(patches, depth)
  const first = firstRow(team, task), end = first + rowsOf(team, task)
  for (let pixel = first; pixel < end; pixel += atOnce) {
    const count = min(atOnce, end - pixel)
    const maps = <usize>take(team, MAPS) + floats(pixel) * columns
    makePatches(team, <usize>take(team, IMAGES), patches, pixel, count)
    multiplyRows(team, patches, step, count, depth, rows, columns, maps, floats(columns), thread)
    const bias = <usize>take(team, BIAS), activation = take(team, ACTIVATION)
    if (bias != 0 || activation != 0) biasActivationRows(maps, bias, count, columns, floats(columns), activation)
  }
}

// ---- Transposed convolution.

/** images = activation(transposed convolution(maps, filter) + bias [channels]), with the same arguments. */
export function convolveTransposed(
  team: usize, images: usize, filter: usize, maps: usize, bias: usize, activation: i32, memory: usize, batch: i32,
  inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32, filterHeight: i32,
  filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  const depth = filterHeight * filterWidth * channels
  packFilter(team, filter, memory, depth, outChannels, true)
  putLengths(
    team, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  put(team, IMAGES, <i32>images)
  put(team, MAPS, <i32>maps)
  put(team, PANELS, <i32>memory)
  put(team, BIAS, <i32>bias)
  put(team, ACTIVATION, activation)
  put(team, THREAD_MEMORY, <i32>(memory + floats(panelsFloats(depth, outChannels))))
  runTasks(team, CONVOLVE_TRANSPOSED, batch, imagesOfTask(outHeight * outWidth, depth, outChannels))
}

/** Some images. */
export function convolveTransposedTask(team: usize, task: i32, thread: i32): void {
  const depth = patchSize(team), columns = take(team, OUT_CHANNELS), atOnce = pixelsAtOnce(depth)
  const image = firstRow(team, task), count = rowsOf(team, task), channels = take(team, CHANNELS)
  const first = image * mapPixels(team), end = first + count * mapPixels(team)
  for (let pixel = first; pixel < end; pixel += atOnce) {
    const maps = <usize>take(team, MAPS) + floats(pixel) * columns
    spread(team, maps, <usize>take(team, IMAGES), pixel, min(atOnce, end - pixel), thread)
  }
  const bias = <usize>take(team, BIAS), activation = take(team, ACTIVATION)
  if (bias != 0 || activation != 0) {
    const images = <usize>take(team, IMAGES) + floats(image) * imageSize(team)
    const rows = count * take(team, IN_HEIGHT) * take(team, IN_WIDTH)
    biasActivationRows(images, bias, rows, channels, floats(channels), activation)
  }
}

/** Adds what `count` pixels of maps give to the images. */
function spread(team: usize, maps: usize, images: usize, pixel: i32, count: i32, thread: i32): void {
  const depth = patchSize(team), inner = take(team, OUT_CHANNELS)
  const patches = threadMemory(team, thread), rows = rowPanels(patches, depth)
  const width = roundUp(depth, COLUMNS)
  multiplyRows(team, maps, floats(inner), count, inner, rows, width, patches, floats(patchStep(depth)), thread)
  addPatches(team, images, patches, pixel, count)
}

// ---- Gradients.

/**
 * The gradients of `convolve`, and where `transposed` of `convolveTransposed`: `dy` and `output` are of its result. Writes
 * the activation's gradient into `dPre`, which is `dy` itself where there is no activation; dFilter; dBias unless its
 * address is 0; and unless its address is 0 the gradient of the input.
 */
export function convolutionGradient(
  team: usize, input: usize, filter: usize, output: usize, dy: usize, dPre: usize, dFilter: usize, dBias: usize, dInput: usize,
  activation: i32, transposed: bool, memory: usize, batch: i32,
  inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32, filterHeight: i32,
  filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  const depth = filterHeight * filterWidth * channels
  if (dInput != 0) packFilter(team, filter, memory, depth, outChannels, !transposed)
  putLengths(
    team, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  const parts = memory + floats(panelsFloats(depth, outChannels))
  const pixels = outHeight * outWidth
  const count = partCount(batch, pixels, depth, outChannels), size = partFloats(depth, channels, outChannels)
  put(team, IMAGES, <i32>(transposed ? dPre : input))
  put(team, MAPS, <i32>(transposed ? input : dPre))
  put(team, PANELS, <i32>memory)
  put(team, BIAS, <i32>dBias)
  put(team, ACTIVATION, activation)
  put(team, DY, <i32>dy)
  put(team, OUTPUT, <i32>output)
  put(team, PARTS, <i32>parts)
  put(team, GRADIENT, <i32>dInput)
  put(team, THREAD_MEMORY, <i32>(parts + floats(count) * size))
  put(team, TRANSPOSED, transposed)
  runTasks(team, GRADIENT_OF_CONVOLUTION, batch, imagesOfPart(batch, pixels, depth, outChannels))
  addParts(team, parts, count, size, dFilter, depth, outChannels, roundUp(outChannels, COLUMNS))
  const biases = parts + floats(roundUp(depth, TALL)) * roundUp(outChannels, COLUMNS)
  const biasCount = transposed ? channels : outChannels
  if (dBias != 0) addParts(team, biases, count, size, dBias, 1, biasCount, biasCount)
}

/** The gradients from some images. */
export function convolutionGradientTask(team: usize, task: i32, thread: i32): void {
  const depth = patchSize(team), columns = take(team, OUT_CHANNELS), channels = take(team, CHANNELS)
  const atOnce = pixelsAtOnce(depth), width = roundUp(columns, COLUMNS), height = roundUp(depth, TALL)
  const transposed = take(team, TRANSPOSED) != 0, gradient = <usize>take(team, GRADIENT), dBias = take(team, BIAS)
  const part = <usize>take(team, PARTS) + floats(partFloats(depth, channels, columns)) * task
  const bias = part + floats(height) * width
  const patches = threadMemory(team, thread), step = floats(patchStep(depth)), rows = rowPanels(patches, depth)
  const panels = rows + floats(atOnce + LOW) * max(depth, columns)
  const image = firstRow(team, task), images = <usize>take(team, IMAGES), maps = <usize>take(team, MAPS)
  const first = image * mapPixels(team), end = first + rowsOf(team, task) * mapPixels(team)
  if (transposed) {
    const pixels = rowsOf(team, task) * take(team, IN_HEIGHT) * take(team, IN_WIDTH)
    gradientBefore(team, images, floats(image) * imageSize(team), pixels * channels)
    if (dBias != 0) sumRows(images + floats(image) * imageSize(team), pixels, channels, bias, false)
  }
  for (let pixel = first; pixel < end; pixel += atOnce) {
    const count = min(atOnce, end - pixel), add = pixel > first
    const map = maps + floats(pixel) * columns
    if (!transposed) {
      gradientBefore(team, maps, floats(pixel) * columns, count * columns)
      if (dBias != 0) sumRows(map, count, columns, bias, add)
    }
    makePatches(team, images, patches, pixel, count)
    packColumns(map, 4, floats(columns), columns, count, panels)
    for (let row = 0; row < height; row += TALL) {
      for (let column = 0; column < width; column += COLUMNS) {
        const out = part + floats(row * width + column)
        const panel = panels + floats(column) * count
        if (TALL == 6) multiplyTall(patches + floats(row), step, panel, count, out, floats(width), add)
        else multiplyLow(patches + floats(row), step, panel, count, out, floats(width), add)
      }
    }
    if (gradient == 0) continue
    if (transposed) {
      const out = gradient + floats(pixel) * columns
      multiplyRows(team, patches, step, count, depth, rows, columns, out, floats(columns), thread)
    } else {
      spread(team, map, gradient, pixel, count, thread)
    }
  }
}

/** The gradient before the activation, from `offset` bytes on, where there is an activation. */
function gradientBefore(team: usize, out: usize, offset: usize, count: i32): void {
  const activation = take(team, ACTIVATION)
  if (activation == 0) return
  activationGradientOf(<usize>take(team, DY) + offset, <usize>take(team, OUTPUT) + offset, out + offset, count, activation)
}

/** out [columns] = or += the sums of the columns of x [rows, columns]. */
function sumRows(x: usize, rows: i32, columns: i32, out: usize, add: bool): void {
  if (columns == 1) {
    let total = f32x4.splat(0)
    for (let row = 0; row < rows; row += 4) total = f32x4.add(total, read(x + floats(row), rows - row))
    store<f32>(out, sum(total) + (add ? load<f32>(out) : 0))
    return
  }
  for (let column = 0; column < columns; column += 4) {
    const count = columns - column
    let at = x + floats(column), total = f32x4.splat(0)
    for (let row = 0; row < rows; row++) {
      total = f32x4.add(total, read(at, count))
      at += floats(columns)
    }
    v128.store(out + floats(column), add ? f32x4.add(total, v128.load(out + floats(column))) : total)
  }
}

/** out [rows, columns] = the sum of `count` parts, in their order; parts are `size` floats apart, rows of them `width`. */
function addParts(team: usize, parts: usize, count: i32, size: i32, out: usize, rows: i32, columns: i32, width: i32): void {
  put(team, 2, <i32>parts)
  put(team, 3, count)
  put(team, 4, size)
  put(team, 5, <i32>out)
  put(team, 6, columns)
  put(team, 7, width)
  runRows(team, ADD_PARTS, rows, count * columns, 32768)
}

/** Some rows of `addParts`. */
export function addPartsTask(team: usize, task: i32): void {
  const count = take(team, 3), size = floats(take(team, 4)), columns = take(team, 6), width = take(team, 7)
  const first = firstRow(team, task)
  for (let row = first; row < first + rowsOf(team, task); row++) {
    const part = <usize>take(team, 2) + floats(row) * width, out = <usize>take(team, 5) + floats(row) * columns
    for (let column = 0; column < columns; column += 4) {
      let at = part + floats(column), total = f32x4.splat(0)
      for (let i = 0; i < count; i++) {
        total = f32x4.add(total, read(at, columns - column))
        at += size
      }
      write(out + floats(column), total, columns - column)
    }
  }
}

// ---- What the tasks share.

@inline
function threadMemory(team: usize, thread: i32): usize {
  return <usize>take(team, THREAD_MEMORY) + floats(thread) * threadFloats(patchSize(team), take(team, OUT_CHANNELS))
}

@inline
function rowPanels(patches: usize, depth: i32): usize {
  return patches + floats(pixelsAtOnce(depth) * patchStep(depth) + 16)
}

/**
 * out [m, columns] = a [m, k] times the packed filter [k, columns], rows of a `aStep` bytes apart, of out `outStep`. `rows`
 * is room for the rows of a in panels.
 */
function multiplyRows(
  team: usize, a: usize, aStep: usize, m: i32, k: i32, rows: usize, columns: i32, out: usize, outStep: usize, thread: i32,
): void {
  const tile = scratchOf(team, thread), b = <usize>take(team, PANELS)
  const tall = tallPanels(m), count = panelCount(m)
  for (let panel = 0; panel < count; panel++) {
    const row = panelRow(panel, tall)
    const source = a + <usize>row * aStep, target = rows + floats(row) * k
    const isTall = TALL == 6 && panel < tall
    packQuad(source, aStep, 4, m - row, k, target, isTall ? 24 : 16)
    if (isTall) packPair(source + 4 * aStep, aStep, 4, m - row - 4, k, target + 16, 24)
  }
  const blocks = max(1, (k + DEPTH - 1) / DEPTH), evenDepth = (k + blocks - 1) / blocks
  let p = 0
  do {
    const depth = min(evenDepth, k - p), add = p > 0
    for (let column = 0; column < columns; column += COLUMNS) {
      const bPanel = b + floats(column) * k + floats(p) * COLUMNS
      const width = min(COLUMNS, columns - column)
      for (let panel = 0; panel < count; panel++) {
        const row = panelRow(panel, tall)
        const isTall = TALL == 6 && panel < tall
        const height = isTall ? TALL : LOW
        const aPanel = rows + floats(row) * k + floats(p) * height
        const target = out + <usize>row * outStep + floats(column)
        const whole = width == COLUMNS && row + height <= m
        const to = whole ? target : tile, toStep = whole ? outStep : 4 * COLUMNS
        if (isTall) multiplyTall(aPanel, 24, bPanel, depth, to, toStep, whole && add)
        else multiplyLow(aPanel, 16, bPanel, depth, to, toStep, whole && add)
        if (!whole) storePartOfTile(tile, target, outStep, min(height, m - row), width, add)
      }
    }
    p += evenDepth
  } while (p < k)
}

/** The patches of `count` pixels of the maps from `pixel` on; what lies outside an image is 0. Rows may end in any numbers. */
function makePatches(team: usize, images: usize, patches: usize, pixel: i32, count: i32): void {
  const inHeight = take(team, IN_HEIGHT), inWidth = take(team, IN_WIDTH), channels = take(team, CHANNELS)
  const outHeight = take(team, OUT_HEIGHT), outWidth = take(team, OUT_WIDTH)
  const filterHeight = take(team, FILTER_HEIGHT), filterWidth = take(team, FILTER_WIDTH)
  const strideHeight = take(team, STRIDE_HEIGHT), strideWidth = take(team, STRIDE_WIDTH)
  const dilationHeight = take(team, DILATION_HEIGHT), dilationWidth = take(team, DILATION_WIDTH)
  const padTop = take(team, PAD_TOP), padLeft = take(team, PAD_LEFT)
  // Neighbours in a row of the filter are neighbours in the image: one run of memory, unless the filter is dilated.
  const run = dilationWidth == 1 ? filterWidth : 1
  const step = floats(patchStep(patchSize(team)))
  let outX = pixel % outWidth, outY = pixel / outWidth % outHeight
  let image = images + floats(pixel / (outWidth * outHeight)) * imageSize(team)
  for (; count > 0; count--) {
    let to = patches
    const left = outX * strideWidth - padLeft
    let inY = outY * strideHeight - padTop
    for (let filterY = 0; filterY < filterHeight; filterY++) {
      for (let filterX = 0; filterX < filterWidth; filterX += run) {
        const inX = left + filterX * dilationWidth
        const first = inY < 0 || inY >= inHeight ? run : min(max(-inX, 0), run)
        const last = max(min(inWidth - inX, run), first)
        const inside = image + floats(inY * inWidth + inX + first) * channels
        to = clear(to, first * channels)
        to = copy(inside, to, (last - first) * channels)
        to = clear(to, (run - last) * channels)
      }
      inY += dilationHeight
    }
    patches += step
    if (++outX == outWidth) {
      outX = 0
      if (++outY == outHeight) {
        outY = 0
        image += floats(imageSize(team))
      }
    }
  }
}

/** The reverse of `makePatches`: adds each patch to where it was taken from. An image is set to 0 before its first pixel. */
function addPatches(team: usize, images: usize, patches: usize, pixel: i32, count: i32): void {
  const inHeight = take(team, IN_HEIGHT), inWidth = take(team, IN_WIDTH), channels = take(team, CHANNELS)
  const outHeight = take(team, OUT_HEIGHT), outWidth = take(team, OUT_WIDTH)
  const filterHeight = take(team, FILTER_HEIGHT), filterWidth = take(team, FILTER_WIDTH)
  const strideHeight = take(team, STRIDE_HEIGHT), strideWidth = take(team, STRIDE_WIDTH)
  const dilationHeight = take(team, DILATION_HEIGHT), dilationWidth = take(team, DILATION_WIDTH)
  const padTop = take(team, PAD_TOP), padLeft = take(team, PAD_LEFT)
  const run = dilationWidth == 1 ? filterWidth : 1
  const step = floats(patchStep(patchSize(team))), runBytes = floats(run * channels)
  let outX = pixel % outWidth, outY = pixel / outWidth % outHeight
  let image = images + floats(pixel / (outWidth * outHeight)) * imageSize(team)
  for (; count > 0; count--) {
    if (outX == 0 && outY == 0) memory.fill(image, 0, floats(imageSize(team)))
    let from = patches
    const left = outX * strideWidth - padLeft
    let inY = outY * strideHeight - padTop
    for (let filterY = 0; filterY < filterHeight; filterY++) {
      for (let filterX = 0; filterX < filterWidth; filterX += run) {
        const inX = left + filterX * dilationWidth
        const first = inY < 0 || inY >= inHeight ? run : min(max(-inX, 0), run)
        const last = max(min(inWidth - inX, run), first)
        const inside = image + floats(inY * inWidth + inX + first) * channels
        add(from + floats(first * channels), inside, (last - first) * channels)
        from += runBytes
      }
      inY += dilationHeight
    }
    patches += step
    if (++outX == outWidth) {
      outX = 0
      if (++outY == outHeight) {
        outY = 0
        image += floats(imageSize(team))
      }
    }
  }
}

/** to [taps, columns, rows], the taps in reverse, from [taps, rows, columns]: a filter seen from its output. */
export function flipFilter(from: usize, to: usize, taps: i32, rows: i32, columns: i32): void {
  for (let tap = taps - 1; tap >= 0; tap--) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        store<f32>(to + floats((tap * columns + column) * rows + row), load<f32>(from))
        from += 4
      }
    }
  }
}

// Both write whole vectors, and so beyond what they are asked for: what comes next is written next.

@inline
function clear(to: usize, count: i32): usize {
  for (let i = 0; i < count; i += 4) v128.store(to + floats(i), f32x4.splat(0))
  return to + floats(count)
}

@inline
function copy(from: usize, to: usize, count: i32): usize {
  for (let i = 0; i < count; i += 4) v128.store(to + floats(i), v128.load(from + floats(i)))
  return to + floats(count)
}

@inline
function add(from: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
    from += 16
    to += 16
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(from))
    from += 4
    to += 4
  }
}
