// Depthwise convolution: each channel of an image has filters of its own.
import {
  CHANNELS, DILATION_HEIGHT, DILATION_WIDTH, FILTER_HEIGHT, FILTER_WIDTH, IN_HEIGHT, IN_WIDTH, OUT_CHANNELS, OUT_HEIGHT,
  OUT_WIDTH, PAD_LEFT, PAD_TOP, putLengths, STRIDE_HEIGHT, STRIDE_WIDTH,
} from './lengths'
import { CONVOLVE_DEPTHWISE } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { floats, multiplyAdd, read, write } from './vector'

/**
 * out [batch, outHeight, outWidth, outChannels] from x [batch, inHeight, inWidth, channels] and filter [filterHeight, filterWidth,
 * channels, outChannels / channels].
 */
export function convolveDepthwise(
  x: usize, filter: usize, out: usize,
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
  padTop: i32, padLeft: i32,
): void {
  putLengths(
    batch, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  put(2, <i32>x)
  put(3, <i32>filter)
  put(4, <i32>out)
  runRows(CONVOLVE_DEPTHWISE, batch * outHeight, outWidth * outChannels * filterHeight * filterWidth, 16384)
}

/** One task of `convolveDepthwise`: some rows of the images. */
export function convolveDepthwiseTask(task: i32): void {
  const inHeight = take(IN_HEIGHT), inWidth = take(IN_WIDTH), inChannels = take(CHANNELS), channels = take(OUT_CHANNELS)
  const outHeight = take(OUT_HEIGHT), outWidth = take(OUT_WIDTH)
  const filterHeight = take(FILTER_HEIGHT), filterWidth = take(FILTER_WIDTH)
  const strideHeight = take(STRIDE_HEIGHT), strideWidth = take(STRIDE_WIDTH), padTop = take(PAD_TOP), padLeft = take(PAD_LEFT)
  const downBy = take(DILATION_HEIGHT), rightBy = take(DILATION_WIDTH) // a step of the filter
  const multiplier = channels / inChannels, first = firstRow(task), end = first + rowsOf(task)
  const stepX = floats(rightBy * inChannels), stepW = floats(channels)
  let out = <usize>take(4) + floats(first * outWidth * channels)
  for (let row = first; row < end; row++) {
    const image = <usize>take(2) + floats(row / outHeight * inHeight * inWidth * inChannels)
    const top = row % outHeight * strideHeight - padTop
    const fromY = firstInside(top, downBy), rows = max(0, min(filterHeight, firstInside(top - inHeight, downBy)) - fromY)
    for (let outX = 0; outX < outWidth; outX++) {
      const left = outX * strideWidth - padLeft
      const fromX = firstInside(left, rightBy)
      const columns = max(0, min(filterWidth, firstInside(left - inWidth, rightBy)) - fromX)
      const x = image + floats(((top + fromY * downBy) * inWidth + left + fromX * rightBy) * inChannels)
      const w = <usize>take(3) + floats((fromY * filterWidth + fromX) * channels)
      const nextX = floats((downBy * inWidth - columns * rightBy) * inChannels)
      const nextW = floats((filterWidth - columns) * channels)
      let channel = 0
      if (multiplier == 1) {
        for (; channel + 8 <= channels; channel += 8) {
          let atX = x + floats(channel), atW = w + floats(channel), low = f32x4.splat(0), high = low
          for (let fy = 0; fy < rows; fy++) {
            for (let fx = 0; fx < columns; fx++) {
              low = multiplyAdd(v128.load(atX), v128.load(atW), low)
              high = multiplyAdd(v128.load(atX, 16), v128.load(atW, 16), high)
              atX += stepX
              atW += stepW
            }
            atX += nextX
            atW += nextW
          }
          v128.store(out + floats(channel), low)
          v128.store(out + floats(channel), high, 16)
        }
      }
      for (; channel < channels; channel += 4) {
        const count = channels - channel
        // The addresses of the four channels' inputs; each input serves `multiplier` channels.
        const second = floats((channel + min(1, count - 1)) / multiplier) - floats(channel / multiplier)
        const third = floats((channel + min(2, count - 1)) / multiplier) - floats(channel / multiplier)
        const fourth = floats((channel + min(3, count - 1)) / multiplier) - floats(channel / multiplier)
        let atX = x + floats(channel / multiplier), atW = w + floats(channel), sum = f32x4.splat(0)
        for (let fy = 0; fy < rows; fy++) {
          for (let fx = 0; fx < columns; fx++) {
            let value = v128.load32_splat(atX)
            if (fourth != 0) {
              value = v128.load32_lane(atX + second, value, 1)
              value = v128.load32_lane(atX + third, value, 2)
              value = v128.load32_lane(atX + fourth, value, 3)
            }
            sum = multiplyAdd(value, read(atW, count), sum)
            atX += stepX
            atW += stepW
          }
          atX += nextX
          atW += nextW
        }
        write(out + floats(channel), sum, count)
      }
      out += stepW
    }
  }
}

/** The index of the first tap of a filter at 0 or above; taps start at `start` and are `step` apart. */
@inline
function firstInside(start: i32, step: i32): i32 {
  return start < 0 ? (step - 1 - start) / step : 0
}
