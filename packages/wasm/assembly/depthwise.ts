// The gradients of depthwise convolutions: each channel has `multiplier` filters of its own, independent of the other channels.
import {
  BATCH, CHANNELS, DILATION_HEIGHT, DILATION_WIDTH, FILTER_HEIGHT, FILTER_WIDTH, IN_HEIGHT, IN_WIDTH, OUT_CHANNELS,
  OUT_HEIGHT, OUT_WIDTH, PAD_LEFT, PAD_TOP, putLengths, STRIDE_HEIGHT, STRIDE_WIDTH,
} from './lengths'
import { DEPTHWISE_FILTER_GRADIENT, DEPTHWISE_INPUT_GRADIENT } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { floats, multiplyAdd, read, write } from './vector'

/** dx [batch, inHeight, inWidth, channels] from dy [batch, outHeight, outWidth, outChannels] and the filter. */
export function depthwiseInputGradient(
  dy: usize, filter: usize, dx: usize,
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
  padTop: i32, padLeft: i32,
): void {
  putLengths(
    batch, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  putAddresses(dy, filter, dx)
  runRows(DEPTHWISE_INPUT_GRADIENT, batch * inHeight, inWidth * outChannels * filterHeight * filterWidth, 32768)
}

/** dFilter [filterHeight, filterWidth, channels, outChannels / channels] from x [batch, inHeight, inWidth, channels] and dy. */
export function depthwiseFilterGradient(
  dy: usize, x: usize, dFilter: usize,
  batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
  padTop: i32, padLeft: i32,
): void {
  putLengths(
    batch, inHeight, inWidth, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth,
    dilationHeight, dilationWidth, padTop, padLeft,
  )
  putAddresses(dy, x, dFilter)
  // A row is four numbers at one position of the filter.
  const rows = filterHeight * filterWidth * ((outChannels + 3) >> 2)
  runRows(DEPTHWISE_FILTER_GRADIENT, rows, batch * outHeight * outWidth * 4, 32768)
}

function putAddresses(dy: usize, other: usize, out: usize): void {
  put(2, <i32>dy)
  put(3, <i32>other)
  put(4, <i32>out)
}

/** One task: some rows of images. */
export function depthwiseInputGradientTask(task: i32): void {
  const dy = <usize>take(2), filter = <usize>take(3)
  const inHeight = take(IN_HEIGHT), inWidth = take(IN_WIDTH), channels = take(CHANNELS), outChannels = take(OUT_CHANNELS)
  const outHeight = take(OUT_HEIGHT), outWidth = take(OUT_WIDTH)
  const filterHeight = take(FILTER_HEIGHT), filterWidth = take(FILTER_WIDTH)
  const strideHeight = take(STRIDE_HEIGHT), strideWidth = take(STRIDE_WIDTH), padTop = take(PAD_TOP), padLeft = take(PAD_LEFT)
  const dilationHeight = take(DILATION_HEIGHT), dilationWidth = take(DILATION_WIDTH), multiplier = outChannels / channels
  const first = firstRow(task), end = first + rowsOf(task)
  let dx = <usize>take(4) + floats(first * inWidth * channels)
  for (let row = first; row < end; row++) {
    const image = row / inHeight, y = row % inHeight + padTop
    for (let x = padLeft; x < inWidth + padLeft; x++) {
      for (let channel = 0; channel < channels; channel += 4) {
        const count = channels - channel
        let sum = f32x4.splat(0)
        for (let v = 0; v < filterHeight; v++) {
          const down = y - v * dilationHeight, outY = down / strideHeight
          if (down < 0 || outY * strideHeight != down || outY >= outHeight) continue
          for (let u = 0; u < filterWidth; u++) {
            const right = x - u * dilationWidth, outX = right / strideWidth
            if (right < 0 || outX * strideWidth != right || outX >= outWidth) continue
            const gradients = dy + floats(((image * outHeight + outY) * outWidth + outX) * outChannels + channel * multiplier)
            const weights = filter + floats((v * filterWidth + u) * outChannels + channel * multiplier)
            for (let i = 0; i < multiplier; i++) {
              const gradient = everyNth(gradients + floats(i), multiplier, count)
              sum = multiplyAdd(gradient, everyNth(weights + floats(i), multiplier, count), sum)
            }
          }
        }
        write(dx + floats(channel), sum, count)
      }
      dx += floats(channels)
    }
  }
}

/** One task: some numbers of the filter. Sums are computed line by line and image by image, so that long ones stay exact. */
export function depthwiseFilterGradientTask(task: i32): void {
  const dy = <usize>take(2), x = <usize>take(3), dFilter = <usize>take(4), batch = take(BATCH)
  const inHeight = take(IN_HEIGHT), inWidth = take(IN_WIDTH), channels = take(CHANNELS), outChannels = take(OUT_CHANNELS)
  const outHeight = take(OUT_HEIGHT), outWidth = take(OUT_WIDTH)
  const filterWidth = take(FILTER_WIDTH), multiplier = outChannels / channels
  const strideHeight = take(STRIDE_HEIGHT), strideWidth = take(STRIDE_WIDTH), padTop = take(PAD_TOP), padLeft = take(PAD_LEFT)
  const dilationHeight = take(DILATION_HEIGHT), dilationWidth = take(DILATION_WIDTH)
  const groups = (outChannels + 3) >> 2
  const first = firstRow(task), end = first + rowsOf(task)
  for (let row = first; row < end; row++) {
    const place = row / groups, channel = (row % groups) << 2, count = outChannels - channel
    const down = place / filterWidth * dilationHeight - padTop, right = place % filterWidth * dilationWidth - padLeft
    let total = f32x4.splat(0)
    for (let image = 0; image < batch; image++) {
      let ofImage = f32x4.splat(0)
      for (let outY = 0; outY < outHeight; outY++) {
        const y = outY * strideHeight + down
        if (y < 0 || y >= inHeight) continue
        let ofLine = f32x4.splat(0)
        for (let outX = 0; outX < outWidth; outX++) {
          const xx = outX * strideWidth + right
          if (xx < 0 || xx >= inWidth) continue
          const seen = eachTimes(x + floats(((image * inHeight + y) * inWidth + xx) * channels), channel, multiplier, count)
          const gradients = dy + floats(((image * outHeight + outY) * outWidth + outX) * outChannels + channel)
          ofLine = multiplyAdd(seen, read(gradients, count), ofLine)
        }
        ofImage = f32x4.add(ofImage, ofLine)
      }
      total = f32x4.add(total, ofImage)
    }
    write(dFilter + floats(place * outChannels + channel), total, count)
  }
}

/** Every `step`-th number from `at` on: `count` of them, at most 4. */
@inline
function everyNth(at: usize, step: i32, count: i32): v128 {
  return step == 1 ? read(at, count) : everyNthOfMany(at, floats(step), count)
}

function everyNthOfMany(at: usize, step: usize, count: i32): v128 {
  let value = v128.load32_zero(at)
  if (count > 1) value = v128.load32_lane(at + step, value, 1)
  if (count > 2) value = v128.load32_lane(at + 2 * step, value, 2)
  if (count > 3) value = v128.load32_lane(at + 3 * step, value, 3)
  return value
}

/** The numbers `first` .. `first + count - 1`, at most four, of an array in which each number is repeated `times` times. */
@inline
function eachTimes(at: usize, first: i32, times: i32, count: i32): v128 {
  return times == 1 ? read(at + floats(first), count) : eachOfSeveral(at, first, times, count)
}

function eachOfSeveral(at: usize, first: i32, times: i32, count: i32): v128 {
  let value = v128.load32_zero(at + floats(first / times))
  if (count > 1) value = v128.load32_lane(at + floats((first + 1) / times), value, 1)
  if (count > 2) value = v128.load32_lane(at + floats((first + 2) / times), value, 2)
  if (count > 3) value = v128.load32_lane(at + floats((first + 3) / times), value, 3)
  return value
}
