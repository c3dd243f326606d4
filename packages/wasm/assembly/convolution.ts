// The patches that a 2-D convolution sees, as rows of a matrix: the filter's gradient is then one matrix product.
import { floats, read, write } from './vector'

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
  for (let row = firstRow; row < firstRow + rows; row++) {
    const image = x + floats(row / outHeight) * (inHeight * inWidth * channels)
    const top = (row % outHeight) * strideHeight - padTop
    for (let outX = 0; outX < outWidth; outX++) {
      const left = outX * strideWidth - padLeft
      for (let filterY = 0; filterY < filterHeight; filterY++) {
        const inY = top + filterY * dilationHeight
        for (let filterX = 0; filterX < filterWidth; filterX++) {
          const inX = left + filterX * dilationWidth
          const inside = inY >= 0 && inY < inHeight && inX >= 0 && inX < inWidth
          const pixel = image + floats((inY * inWidth + inX) * channels)
          for (let channel = 0; channel < channels; channel += 4) {
            const count = channels - channel
            write(patches + floats(channel), inside ? read(pixel + floats(channel), count) : f32x4.splat(0), count)
          }
          patches += floats(channels)
        }
      }
    }
  }
}
