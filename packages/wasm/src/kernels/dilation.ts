// Greyscale dilation. tfjs's own starts each window's maximum near 0, and is wrong where all that a window sees is negative.

import { inputOf } from '@ae/core/internal'
import { Dilation2D, type Dilation2DAttrs } from '@tensorflow/tfjs-core'
import { outShapeOf, windowsOf } from './geometry.ts'
import { imagesInput, type WasmKernel } from './kernel.ts'
import { compute } from './numbers.ts'

/** `[batch, outHeight, outWidth, channels]`: the largest of `x + filter` `[height, width, channels]` under each window. */
export const dilation2d: WasmKernel = {
  name: Dilation2D,
  run: (call) => {
    const { inputs, attributes } = call
    const [x, shape] = imagesInput('dilation2d', inputs, 'x')
    const filter = inputOf('dilation2d', inputs, 'filter')
    const { strides, pad, dilations } = attributes as unknown as Dilation2DAttrs
    const [height = 0, width = 0, channels = 0] = filter.shape
    const windows = windowsOf('dilation2d', shape, [height, width], channels, { strides, pad, dilations })
    return compute(call, [x, filter], outShapeOf(windows), 'float32', (out, values = out, weights = out) => {
      out.forEach((_, at) => {
        const channel = at % channels
        const place = Math.floor(at / channels)
        const left = (place % windows.outWidth) * windows.strideWidth - windows.padInfo.left
        const row = Math.floor(place / windows.outWidth)
        const top = (row % windows.outHeight) * windows.strideHeight - windows.padInfo.top
        const image = Math.floor(row / windows.outHeight) * windows.inHeight
        let most = Number.NEGATIVE_INFINITY
        for (let v = 0; v < height; v++) {
          const y = top + v * windows.dilationHeight
          if (y < 0 || y >= windows.inHeight) continue
          for (let u = 0; u < width; u++) {
            const xx = left + u * windows.dilationWidth
            if (xx < 0 || xx >= windows.inWidth) continue
            const seen = values[((image + y) * windows.inWidth + xx) * channels + channel] ?? 0
            most = Math.max(most, seen + (weights[(v * width + u) * channels + channel] ?? 0))
          }
        }
        out[at] = most
      })
    })
  },
}
