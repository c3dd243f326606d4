// The patches of images that a filter sees, one for each pixel of the maps: copied out of images, and added back to them.
import { patchStep } from './convolution-memory'
import { put, take } from './team'
import { floats } from './vector'

// The lengths are arguments 12 to 25 of every job here.
const IN_HEIGHT: i32 = 12, IN_WIDTH: i32 = 13, CHANNELS: i32 = 14, OUT_HEIGHT: i32 = 15, OUT_WIDTH: i32 = 16
const OUT_CHANNELS: i32 = 17, FILTER_HEIGHT: i32 = 18, FILTER_WIDTH: i32 = 19
const STRIDE_HEIGHT: i32 = 20, STRIDE_WIDTH: i32 = 21, DILATION_HEIGHT: i32 = 22, DILATION_WIDTH: i32 = 23
const PAD_TOP: i32 = 24, PAD_LEFT: i32 = 25

/** Leaves the lengths of a convolution for the tasks of the next jobs. */
export function putLengths(
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

/** Floats of a patch. */
@inline
export function patchSize(team: usize): i32 {
  return take(team, FILTER_HEIGHT) * take(team, FILTER_WIDTH) * take(team, CHANNELS)
}

/** Floats of an image. */
@inline
export function imageSize(team: usize): i32 {
  return take(team, IN_HEIGHT) * take(team, IN_WIDTH) * take(team, CHANNELS)
}

/** Pixels of a map. */
@inline
export function mapPixels(team: usize): i32 {
  return take(team, OUT_HEIGHT) * take(team, OUT_WIDTH)
}

/** Channels of an image. */
@inline
export function channelsOf(team: usize): i32 {
  return take(team, CHANNELS)
}

/** Pixels of an image. */
@inline
export function imagePixels(team: usize): i32 {
  return take(team, IN_HEIGHT) * take(team, IN_WIDTH)
}

/** Channels of a map. */
@inline
export function mapChannels(team: usize): i32 {
  return take(team, OUT_CHANNELS)
}

/**
 * Writes the patches of `count` pixels of the maps from `pixel` on, `patchStep` floats from one to the next; what lies outside
 * an image is 0. Between patches there may be any numbers.
 */
export function makePatches(team: usize, images: usize, patches: usize, pixel: i32, count: i32): void {
  visitPatches(false, team, images, patches, pixel, count)
}

/** The reverse: adds each patch to where it was taken from. An image is set to 0 before its first pixel. */
export function addPatches(team: usize, images: usize, patches: usize, pixel: i32, count: i32): void {
  visitPatches(true, team, images, patches, pixel, count)
}

/** The one body of both, in which `adding` is a constant. */
@inline
function visitPatches(adding: bool, team: usize, images: usize, patches: usize, pixel: i32, count: i32): void {
  const inHeight = take(team, IN_HEIGHT), inWidth = take(team, IN_WIDTH), channels = take(team, CHANNELS)
  const outHeight = take(team, OUT_HEIGHT), outWidth = take(team, OUT_WIDTH)
  const filterHeight = take(team, FILTER_HEIGHT), filterWidth = take(team, FILTER_WIDTH)
  const strideHeight = take(team, STRIDE_HEIGHT), strideWidth = take(team, STRIDE_WIDTH)
  const dilationHeight = take(team, DILATION_HEIGHT), dilationWidth = take(team, DILATION_WIDTH)
  const padTop = take(team, PAD_TOP), padLeft = take(team, PAD_LEFT)
  // Neighbours in a row of the filter are neighbours in the image: one run of memory, unless the filter is dilated.
  const run = dilationWidth == 1 ? filterWidth : 1
  const step = floats(patchStep(patchSize(team))), imageStep = floats(imageSize(team))
  let outX = pixel % outWidth, outY = pixel / outWidth % outHeight
  let image = images + <usize>(pixel / (outWidth * outHeight)) * imageStep
  for (; count > 0; count--) {
    if (adding && outX == 0 && outY == 0) memory.fill(image, 0, imageStep)
    let patch = patches
    const left = outX * strideWidth - padLeft
    let inY = outY * strideHeight - padTop
    for (let filterY = 0; filterY < filterHeight; filterY++) {
      for (let filterX = 0; filterX < filterWidth; filterX += run) {
        const inX = left + filterX * dilationWidth
        // Of the run the part from `first` to `last` lies inside.
        const first = inY < 0 || inY >= inHeight ? run : min(max(-inX, 0), run)
        const last = max(min(inWidth - inX, run), first)
        const inside = image + floats(inY * inWidth + inX + first) * channels
        if (adding) {
          add(patch + floats(first * channels), inside, (last - first) * channels)
          patch += floats(run * channels)
        } else {
          patch = clear(patch, first * channels)
          patch = copy(inside, patch, (last - first) * channels)
          patch = clear(patch, (run - last) * channels)
        }
      }
      inY += dilationHeight
    }
    patches += step
    if (++outX == outWidth) {
      outX = 0
      if (++outY == outHeight) {
        outY = 0
        image += imageStep
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
