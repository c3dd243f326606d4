// The patches of images that a filter sees, one for each pixel of the feature maps: copied from images, and added back to them.
import { patchStep } from './convolution-memory'
import {
  CHANNELS, DILATION_HEIGHT, DILATION_WIDTH, FILTER_HEIGHT, FILTER_WIDTH, IN_HEIGHT, IN_WIDTH, OUT_CHANNELS, OUT_HEIGHT,
  OUT_WIDTH, PAD_LEFT, PAD_TOP, STRIDE_HEIGHT, STRIDE_WIDTH,
} from './lengths'
import { take } from './team'
import { floats } from './vector'

/** Floats per patch. */
@inline
export function patchSize(): i32 {
  return take(FILTER_HEIGHT) * take(FILTER_WIDTH) * take(CHANNELS)
}

/** Floats per image. */
@inline
export function imageSize(): i32 {
  return take(IN_HEIGHT) * take(IN_WIDTH) * take(CHANNELS)
}

/** Pixels per feature map. */
@inline
export function mapPixels(): i32 {
  return take(OUT_HEIGHT) * take(OUT_WIDTH)
}

/** Channels per image. */
@inline
export function channelsOf(): i32 {
  return take(CHANNELS)
}

/** Pixels per image. */
@inline
export function imagePixels(): i32 {
  return take(IN_HEIGHT) * take(IN_WIDTH)
}

/** Channels per feature map. */
@inline
export function mapChannels(): i32 {
  return take(OUT_CHANNELS)
}

/**
 * Writes the patches of `count` pixels of the maps from `pixel` on, `patchStep` floats apart; values outside an image are 0.
 * Between patches there may be any numbers.
 */
export function makePatches(images: usize, patches: usize, pixel: i32, count: i32): void {
  visitPatches(false, images, patches, pixel, count)
}

/** The reverse: adds each patch back to its place. An image is set to 0 before its first pixel. */
export function addPatches(images: usize, patches: usize, pixel: i32, count: i32): void {
  visitPatches(true, images, patches, pixel, count)
}

/** The shared body of both, in which `adding` is a constant. */
@inline
function visitPatches(adding: bool, images: usize, patches: usize, pixel: i32, count: i32): void {
  const inHeight = take(IN_HEIGHT), inWidth = take(IN_WIDTH), channels = take(CHANNELS)
  const outHeight = take(OUT_HEIGHT), outWidth = take(OUT_WIDTH)
  const filterHeight = take(FILTER_HEIGHT), filterWidth = take(FILTER_WIDTH)
  const strideHeight = take(STRIDE_HEIGHT), strideWidth = take(STRIDE_WIDTH)
  const dilationHeight = take(DILATION_HEIGHT), dilationWidth = take(DILATION_WIDTH)
  const padTop = take(PAD_TOP), padLeft = take(PAD_LEFT)
  // Adjacent taps in a row of the filter are adjacent in the image: one run of memory, unless the filter is dilated.
  const run = dilationWidth == 1 ? filterWidth : 1
  const step = floats(patchStep(patchSize())), imageStep = floats(imageSize())
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
        // The part of the run from `first` to `last` lies inside.
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

// Both write whole vectors, and thus beyond the requested range; the next write overwrites the excess.

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
