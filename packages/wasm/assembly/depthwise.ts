// The gradients of depthwise convolutions: each channel has `multiplier` filters of its own, and sees no other channel.
import { DEPTHWISE_FILTER_GRADIENT, DEPTHWISE_INPUT_GRADIENT } from './tasks'
import { firstRow, put, rowsOf, runRows, take } from './team'
import { floats, multiplyAdd, read, write } from './vector'

/** dx [batch, inHeight, inWidth, channels] from dy [batch, outHeight, outWidth, channels * multiplier] and the filter. */
export function depthwiseInputGradient(
  dy: usize, filter: usize, dx: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, multiplier: i32,
  outHeight: i32, outWidth: i32, filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32,
  dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  describe(
    dy, filter, dx, batch, inHeight, inWidth, channels, multiplier, outHeight, outWidth, filterHeight, filterWidth,
    strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft,
  )
  runRows(DEPTHWISE_INPUT_GRADIENT, batch * inHeight, inWidth * channels * multiplier * filterHeight * filterWidth, 32768)
}

/** dFilter [filterHeight, filterWidth, channels, multiplier] from x [batch, inHeight, inWidth, channels] and dy. */
export function depthwiseFilterGradient(
  dy: usize, x: usize, dFilter: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, multiplier: i32,
  outHeight: i32, outWidth: i32, filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32,
  dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  describe(
    dy, x, dFilter, batch, inHeight, inWidth, channels, multiplier, outHeight, outWidth, filterHeight, filterWidth,
    strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft,
  )
  // A row is four numbers of one place of the filter.
  const rows = filterHeight * filterWidth * ((channels * multiplier + 3) >> 2)
  runRows(DEPTHWISE_FILTER_GRADIENT, rows, batch * outHeight * outWidth * 4, 32768)
}

function describe(
  dy: usize, other: usize, out: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, multiplier: i32,
  outHeight: i32, outWidth: i32, filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32,
  dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  put(2, <i32>dy)
  put(3, <i32>other)
  put(4, <i32>out)
  put(5, batch)
  put(6, inHeight)
  put(7, inWidth)
  put(8, channels)
  put(9, multiplier)
  put(10, outHeight)
  put(11, outWidth)
  put(12, filterHeight)
  put(13, filterWidth)
  put(14, strideHeight)
  put(15, strideWidth)
  put(16, dilationHeight)
  put(17, dilationWidth)
  put(18, padTop)
  put(19, padLeft)
}

/** Some rows of images. */
export function depthwiseInputGradientTask(task: i32): void {
  const dy = <usize>take(2), filter = <usize>take(3), inHeight = take(6), inWidth = take(7), channels = take(8)
  const multiplier = take(9), outHeight = take(10), outWidth = take(11), filterHeight = take(12), filterWidth = take(13)
  const strideHeight = take(14), strideWidth = take(15), dilationHeight = take(16), dilationWidth = take(17)
  const padTop = take(18), padLeft = take(19), outChannels = channels * multiplier
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

/** Some numbers of the filter. Sums are made line by line, image by image, so that long ones stay exact. */
export function depthwiseFilterGradientTask(task: i32): void {
  const dy = <usize>take(2), x = <usize>take(3), dFilter = <usize>take(4), batch = take(5), inHeight = take(6)
  const inWidth = take(7), channels = take(8), multiplier = take(9), outHeight = take(10), outWidth = take(11)
  const filterWidth = take(13), strideHeight = take(14), strideWidth = take(15), dilationHeight = take(16)
  const dilationWidth = take(17), padTop = take(18), padLeft = take(19), outChannels = channels * multiplier
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

/** Every `step`-th number from `at` on: `count` of them, no more than 4. */
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

/** The numbers `first` .. `first + count - 1`, no more than four, of an array of which each is repeated `times` times. */
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
