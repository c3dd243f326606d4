// The gradients of a convolution and of its transpose. Each task sums the filter's gradient over its images in a part of its own,
// and the parts are added in order, so sums do not depend on the number of threads.
import {
  biasFloats, gradientFloats, hasTotals, imagesAtOnce, imagesOfPart, MOST_ADDENDS, panelsFloats, partCount, partFloats, patchStep,
  pixelsAtOnce, roundUp, threadFloats,
} from './convolution-memory'
import { multiplyPatches, packFilter, patchesOf, putThreadMemory, rowPanelsOf, spread } from './convolution'
import { activationGradientOf } from './dense'
import { packColumns } from './packing'
import { putLengths } from './lengths'
import { channelsOf, imagePixels, imageSize, makePatches, mapChannels, mapPixels, patchSize } from './patches'
import { addArray, addColumns, doubles, roundArray, sumOf } from './sums'
import { ADD_PARTS, GRADIENT_OF_CONVOLUTION } from './tasks'
import { firstRow, put, rowsOf, runRows, runTasks, take, threadCount } from './team'
import { COLUMNS } from './multiply'
import { LOW, multiplyTiles, TALL, tileColumns } from './tiles'
import { floats, read, write } from './vector'

// The arguments of a job, besides its rows, the lengths, and those of convolution.ts.
const IMAGES: i32 = 2, MAPS: i32 = 3, BIAS: i32 = 4, ACTIVATION: i32 = 5, BEFORE: i32 = 6, OUTPUT: i32 = 7, PARTS: i32 = 8
const GRADIENT: i32 = 9
// Whether the upstream gradient is one of images, as for a transposed convolution.
const TRANSPOSED: i32 = 26

/**
 * The gradients of `convolve`: `dy` and `output` belong to its result; `output` is read if there is an activation. Writes
 * dFilter, and dBias and the gradient of the input unless their address is 0.
 */
export function convolutionGradient(
  transposed: bool, input: usize, filter: usize, output: usize, dy: usize, dFilter: usize,
  dBias: usize, dInput: usize, activation: i32, memory: usize,
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32, filterHeight: i32,
  filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  putLengths(
    batch, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  if (dInput != 0) packFilter(filter, memory, !transposed)
  const depth = patchSize(), pixels = mapPixels()
  const parts = memory + floats(panelsFloats(depth, outChannels))
  const count = partCount(batch, pixels, depth, outChannels)
  const images = imagesOfPart(batch, pixels, depth, outChannels)
  const size = partFloats(images * pixels, depth, channels, outChannels)
  const threadMemory = parts + floats(count) * size
  putThreadMemory(threadMemory)
  put(BEFORE, <i32>(threadMemory + floats(threadCount()) * threadFloats(depth, outChannels)))
  put(IMAGES, <i32>(transposed ? dy : input))
  put(MAPS, <i32>(transposed ? input : dy))
  put(BIAS, <i32>dBias)
  put(ACTIVATION, activation)
  put(OUTPUT, <i32>output)
  put(PARTS, <i32>parts)
  put(GRADIENT, <i32>dInput)
  put(TRANSPOSED, transposed)
  runTasks(GRADIENT_OF_CONVOLUTION, batch, images)
  addParts(parts, count, size, dFilter, depth, outChannels, roundUp(outChannels, COLUMNS))
  const biases = parts + floats(roundUp(depth, TALL)) * roundUp(outChannels, COLUMNS)
  const biasCount = transposed ? channels : outChannels
  if (dBias != 0) addParts(biases, count, size, dBias, 1, biasCount, biasCount)
}

/** The gradients from some images. */
export function convolutionGradientTask(task: i32, thread: i32): void {
  const depth = patchSize(), columns = mapChannels(), channels = channelsOf()
  const atOnce = pixelsAtOnce(depth), width = roundUp(columns, COLUMNS), height = roundUp(depth, TALL)
  const transposed = take(TRANSPOSED) != 0, gradient = <usize>take(GRADIENT), dBias = take(BIAS)
  const size = height * width, biasSize = biasFloats(channels, columns), pixelsOfPart = take(1) * mapPixels()
  const part = <usize>take(PARTS) + floats(partFloats(pixelsOfPart, depth, channels, columns)) * task
  const bias = part + floats(size), biasTotals = bias + floats(biasSize), totals = biasTotals + doubles(biasSize)
  const patches = patchesOf(thread), step = floats(patchStep(depth))
  const panels = rowPanelsOf(thread) + floats(atOnce + LOW) * max(depth, columns)
  const maps = <usize>take(MAPS), imageFloats = imageSize()
  const firstImage = firstRow(task), lastImage = firstImage + rowsOf(task)
  const group = transposed && take(ACTIVATION) != 0 ? imagesAtOnce(imageFloats) : rowsOf(task)
  let addends = 0, inTotals = false
  memory.fill(biasTotals, 0, doubles(biasSize))
  for (let image = firstImage; image < lastImage; image += group) {
    const afterGroup = min(image + group, lastImage)
    let images = <usize>take(IMAGES)
    if (transposed) {
      const offset = floats(image) * imageFloats, pixels = (afterGroup - image) * imagePixels()
      const before = gradientBefore(images, offset, pixels * channels, thread)
      if (dBias != 0) addRows(before, pixels, channels, biasTotals)
      images = before - offset
    }
    const end = afterGroup * mapPixels()
    for (let pixel = image * mapPixels(); pixel < end; pixel += atOnce) {
      const count = min(atOnce, end - pixel)
      let map = maps + floats(pixel) * columns
      if (!transposed) {
        map = gradientBefore(maps, floats(pixel) * columns, count * columns, thread)
        if (dBias != 0) addRows(map, count, columns, biasTotals)
      }
      makePatches(images, patches, pixel, count)
      packColumns(map, 4, floats(columns), columns, count, panels)
      if (addends == MOST_ADDENDS && hasTotals(pixelsOfPart, depth)) {
        addArray(part, size, totals, inTotals)
        inTotals = true
        addends = 0
      }
      for (let column = 0; column < width;) {
        const tileWidth = tileColumns(width - column)
        const left = panels + floats(column) * count, right = left + floats(COLUMNS) * count
        // Adjacent numbers of patches already are the rows of a panel.
        multiplyTiles(
          TALL, height / TALL, tileWidth, patches, step, floats(TALL), left, right, 0, count,
          part + floats(column), floats(width), height, tileWidth, addends > 0, 0,
        )
        column += tileWidth
      }
      addends++
      if (gradient == 0) continue
      if (transposed) multiplyPatches(count, gradient + floats(pixel) * columns, thread)
      else spread(map, gradient, pixel, count, thread)
    }
  }
  roundArray(biasTotals, biasSize, bias)
  if (inTotals) {
    addArray(part, size, totals, true)
    roundArray(totals, size, part)
  }
}

/** The address of the gradient before the activation, for `count` numbers of `dy` from `offset` bytes on. */
function gradientBefore(dy: usize, offset: usize, count: i32, thread: i32): usize {
  const activation = take(ACTIVATION)
  if (activation == 0) return dy + offset
  const size = gradientFloats(imageSize(), patchSize(), mapChannels())
  const before = <usize>take(BEFORE) + floats(thread) * size
  activationGradientOf(dy + offset, <usize>take(OUTPUT) + offset, before, count, activation)
  return before
}

/** totals [columns], float64, += the sums of the columns of x [rows, columns]. */
function addRows(x: usize, rows: i32, columns: i32, totals: usize): void {
  if (columns == 1) store<f64>(totals, load<f64>(totals) + sumOf(x, rows))
  else addColumns(x, rows, columns, floats(columns), totals)
}

/** out [rows, columns] = the sum of `count` parts, in order; parts are `size` floats apart, their rows `width`. */
function addParts(parts: usize, count: i32, size: i32, out: usize, rows: i32, columns: i32, width: i32): void {
  put(2, <i32>parts)
  put(3, count)
  put(4, size)
  put(5, <i32>out)
  put(6, columns)
  put(7, width)
  runRows(ADD_PARTS, rows, count * columns, 32768)
}

/** One task of `addParts`: some rows. */
export function addPartsTask(task: i32): void {
  const count = take(3), size = floats(take(4)), columns = take(6), width = take(7)
  const first = firstRow(task)
  for (let row = first; row < first + rowsOf(task); row++) {
    const part = <usize>take(2) + floats(row) * width, out = <usize>take(5) + floats(row) * columns
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
