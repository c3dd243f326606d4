// 2-D pooling, and the gradient of max pooling: each dy goes to the first largest value of its window.
import {
  CHANNELS, FILTER_HEIGHT, FILTER_WIDTH, IN_HEIGHT, IN_WIDTH, OUT_HEIGHT, OUT_WIDTH, PAD_LEFT, PAD_TOP, putLengths,
  STRIDE_HEIGHT, STRIDE_WIDTH,
} from './lengths'
import { MAX_POOL_GRADIENT, POOL } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { floats, read, write } from './vector'

/**
 * out [batch, outHeight, outWidth, channels]: the largest of each window of x [batch, inHeight, inWidth, channels], or its mean.
 * Values outside the image count for neither.
 */
export function pool(
  x: usize, out: usize, isMean: bool,
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
  padTop: i32, padLeft: i32,
): void {
  putLengths(
    batch, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  put(2, <i32>x)
  put(3, <i32>out)
  put(4, isMean)
  runRows(POOL, batch * outHeight, outWidth * channels * filterHeight * filterWidth, 16384)
}

/** One task of `pool`: some rows of the images. */
export function poolTask(task: i32): void {
  const isMean = take(4) != 0, inHeight = take(IN_HEIGHT), inWidth = take(IN_WIDTH), channels = take(CHANNELS)
  const outHeight = take(OUT_HEIGHT), outWidth = take(OUT_WIDTH)
  const filterHeight = take(FILTER_HEIGHT), filterWidth = take(FILTER_WIDTH)
  const strideHeight = take(STRIDE_HEIGHT), strideWidth = take(STRIDE_WIDTH), padTop = take(PAD_TOP), padLeft = take(PAD_LEFT)
  const first = firstRow(task), end = first + rowsOf(task)
  let out = <usize>take(3) + floats(first * outWidth * channels)
  for (let row = first; row < end; row++) {
    const image = <usize>take(2) + floats(row / outHeight * inHeight * inWidth * channels)
    const top = row % outHeight * strideHeight - padTop
    const fromY = max(top, 0), rows = max(0, min(top + filterHeight, inHeight) - fromY)
    for (let outX = 0; outX < outWidth; outX++) {
      const left = outX * strideWidth - padLeft
      const fromX = max(left, 0), columns = max(0, min(left + filterWidth, inWidth) - fromX)
      const at = image + floats((fromY * inWidth + fromX) * channels)
      if (isMean) poolWindow(true, at, out, channels, rows, columns, inWidth)
      else poolWindow(false, at, out, channels, rows, columns, inWidth)
      out += floats(channels)
    }
  }
}

@inline
function poolWindow(
  isMean: bool, at: usize, out: usize, channels: i32, rows: i32, columns: i32, inWidth: i32,
): void {
  const step = floats(channels), nextRow = floats((inWidth - columns) * channels)
  const start = f32x4.splat(isMean ? 0 : -Infinity), size = f32x4.splat(<f32>(rows * columns))
  let channel = 0
  for (; channel + 8 <= channels; channel += 8) {
    let x = at + floats(channel), low = start, high = start, lowLost = f32x4.splat(0), highLost = lowLost
    for (let y = 0; y < rows; y++) {
      for (let xx = 0; xx < columns; xx++) {
        const a = v128.load(x), b = v128.load(x, 16)
        low = isMean ? f32x4.add(low, a) : f32x4.pmax(low, a)
        high = isMean ? f32x4.add(high, b) : f32x4.pmax(high, b)
        if (!isMean) {
          lowLost = v128.or(lowLost, f32x4.ne(a, a))
          highLost = v128.or(highLost, f32x4.ne(b, b))
        }
        x += step
      }
      x += nextRow
    }
    v128.store(out + floats(channel), isMean ? f32x4.div(low, size) : v128.or(low, lowLost))
    v128.store(out + floats(channel), isMean ? f32x4.div(high, size) : v128.or(high, highLost), 16)
  }
  for (; channel < channels; channel += 4) {
    const count = channels - channel
    let x = at + floats(channel), result = start
    for (let y = 0; y < rows; y++) {
      for (let xx = 0; xx < columns; xx++) {
        const value = read(x, count)
        result = isMean ? f32x4.add(result, value) : f32x4.max(result, value)
        x += step
      }
      x += nextRow
    }
    write(out + floats(channel), isMean ? f32x4.div(result, size) : result, count)
  }
}

/** dx [batch, inHeight, inWidth, channels] from dy [batch, outHeight, outWidth, channels] and the pooled x. */
export function maxPoolGradient(
  x: usize, dy: usize, dx: usize,
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
  padTop: i32, padLeft: i32,
): void {
  putLengths(
    batch, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  put(2, <i32>x)
  put(3, <i32>dy)
  put(4, <i32>dx)
  runRows(MAX_POOL_GRADIENT, batch, inHeight * inWidth * channels, 8192)
}

/** One task: the gradient of some images. */
export function maxPoolGradientTask(task: i32): void {
  const inHeight = take(IN_HEIGHT), inWidth = take(IN_WIDTH), channels = take(CHANNELS)
  const outHeight = take(OUT_HEIGHT), outWidth = take(OUT_WIDTH)
  const filterHeight = take(FILTER_HEIGHT), filterWidth = take(FILTER_WIDTH)
  const strideHeight = take(STRIDE_HEIGHT), strideWidth = take(STRIDE_WIDTH), padTop = take(PAD_TOP), padLeft = take(PAD_LEFT)
  const batch = rowsOf(task), imageBytes = floats(inHeight * inWidth * channels)
  const before = imageBytes * firstRow(task)
  let x = <usize>take(2) + before, dx = <usize>take(4) + before
  let dy = <usize>take(3) + floats(outHeight * outWidth * channels) * firstRow(task)
  memory.fill(dx, 0, <usize>batch * imageBytes)
  for (let image = 0; image < batch; image++) {
    for (let outY = 0; outY < outHeight; outY++) {
      const top = outY * strideHeight - padTop
      for (let outX = 0; outX < outWidth; outX++) {
        const left = outX * strideWidth - padLeft
        for (let channel = 0; channel < channels; channel += 4) {
          const count = channels - channel
          let largest = f32x4.splat(0)
          let place = i32x4.splat(-1)
          for (let y = max(top, 0); y < min(top + filterHeight, inHeight); y++) {
            for (let xx = max(left, 0); xx < min(left + filterWidth, inWidth); xx++) {
              const here = y * inWidth + xx
              const value = read(x + floats(here * channels + channel), count)
              const better = v128.or(f32x4.gt(value, largest), i32x4.lt_s(place, i32x4.splat(0)))
              largest = v128.bitselect(value, largest, better)
              place = v128.bitselect(i32x4.splat(here), place, better)
            }
          }
          const gradient = read(dy + floats(channel), count)
          for (let y = max(top, 0); y < min(top + filterHeight, inHeight); y++) {
            for (let xx = max(left, 0); xx < min(left + filterWidth, inWidth); xx++) {
              const here = y * inWidth + xx
              const at = dx + floats(here * channels + channel)
              const chosen = v128.and(gradient, i32x4.eq(place, i32x4.splat(here)))
              write(at, f32x4.add(read(at, count), chosen), count)
            }
          }
        }
        dy += floats(channels)
      }
    }
    x += imageBytes
    dx += imageBytes
  }
}
