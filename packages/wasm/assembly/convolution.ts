// The patches that a 2-D convolution sees, as rows of a matrix, and back: a convolution, a transposed one and their
// gradients are then matrix products.
import { floats } from './vector'

/**
 * patches [rows outWidth, filterHeight filterWidth channels] for `rows` rows of the output from `firstRow` on; rows are
 * counted over the whole batch, batch outHeight of them. x is [batch, inHeight, inWidth, channels]; what lies outside an
 * image is 0.
 */
export function patchRows(
  x: usize, patches: usize, firstRow: i32, rows: i32,
  inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  // Neighbours in a row of the filter are neighbours in the image: one run of memory, unless the filter is dilated.
  const run = dilationWidth == 1 ? filterWidth : 1
  const pixel = floats(channels)
  for (let row = firstRow; row < firstRow + rows; row++) {
    const image = x + floats(row / outHeight) * (inHeight * inWidth * channels)
    const top = (row % outHeight) * strideHeight - padTop
    for (let outX = 0; outX < outWidth; outX++) {
      const left = outX * strideWidth - padLeft
      for (let filterY = 0; filterY < filterHeight; filterY++) {
        const inY = top + filterY * dilationHeight
        for (let filterX = 0; filterX < filterWidth; filterX += run) {
          const inX = left + filterX * dilationWidth
          const first = inY < 0 || inY >= inHeight ? run : min(max(-inX, 0), run)
          const last = max(min(inWidth - inX, run), first)
          clear(patches, first * channels)
          const inside = image + floats(inY * inWidth + inX + first) * channels
          copy(inside, patches + <usize>first * pixel, (last - first) * channels)
          clear(patches + <usize>last * pixel, (run - last) * channels)
          patches += <usize>run * pixel
        }
      }
    }
  }
}

/**
 * The reverse of `patchRows`: adds every patch to where it was taken from. `x` is set to 0 image by image before the
 * first row of each is added, so rows must come in order; what lies outside an image is left out.
 */
export function addPatchRows(
  x: usize, patches: usize, firstRow: i32, rows: i32,
  inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32, filterHeight: i32, filterWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  const run = dilationWidth == 1 ? filterWidth : 1
  const pixel = floats(channels)
  const imageBytes = floats(inHeight * inWidth * channels)
  for (let row = firstRow; row < firstRow + rows; row++) {
    const image = x + <usize>(row / outHeight) * imageBytes
    if (row % outHeight == 0) memory.fill(image, 0, imageBytes)
    const top = (row % outHeight) * strideHeight - padTop
    for (let outX = 0; outX < outWidth; outX++) {
      const left = outX * strideWidth - padLeft
      for (let filterY = 0; filterY < filterHeight; filterY++) {
        const inY = top + filterY * dilationHeight
        for (let filterX = 0; filterX < filterWidth; filterX += run) {
          const inX = left + filterX * dilationWidth
          const first = inY < 0 || inY >= inHeight ? run : min(max(-inX, 0), run)
          const last = max(min(inWidth - inX, run), first)
          const inside = image + floats(inY * inWidth + inX + first) * channels
          add(patches + <usize>first * pixel, inside, (last - first) * channels)
          patches += <usize>run * pixel
        }
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

@inline
function clear(to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, f32x4.splat(0))
    to += 16
  }
  for (; count > 0; count--) {
    store<f32>(to, 0)
    to += 4
  }
}

@inline
function copy(from: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, v128.load(from))
    from += 16
    to += 16
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from))
    from += 4
    to += 4
  }
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
