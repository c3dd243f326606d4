// The gradient of 2-D max pooling: each dy goes to the first largest value of its window.
import { floats } from './vector'

/** dx [batch, inHeight, inWidth, channels] from dy [batch, outHeight, outWidth, channels] and the pooled x. */
export function maxPoolGradient(
  x: usize, dy: usize, dx: usize, batch: i32, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
): void {
  const imageBytes = floats(inHeight * inWidth * channels)
  memory.fill(dx, 0, <usize>batch * imageBytes)
  for (let image = 0; image < batch; image++) {
    for (let outY = 0; outY < outHeight; outY++) {
      const top = outY * strideHeight - padTop
      for (let outX = 0; outX < outWidth; outX++) {
        const left = outX * strideWidth - padLeft
        for (let channel = 0; channel < channels; channel++) {
          let largest: f32 = 0
          let place = -1
          for (let y = max(top, 0); y < min(top + filterHeight, inHeight); y++) {
            for (let xx = max(left, 0); xx < min(left + filterWidth, inWidth); xx++) {
              const here = (y * inWidth + xx) * channels + channel
              const value = load<f32>(x + floats(here))
              if (place < 0 || value > largest) {
                largest = value
                place = here
              }
            }
          }
          if (place >= 0) {
            const at = dx + floats(place)
            store<f32>(at, load<f32>(at) + load<f32>(dy))
          }
          dy += 4
        }
      }
    }
    x += imageBytes
    dx += imageBytes
  }
}
