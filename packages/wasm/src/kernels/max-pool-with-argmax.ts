// Max pooling that also says where. tfjs's own starts from the smallest positive number, as if it were the lowest, and so loses what
// is negative.
import { MaxPool, MaxPoolWithArgmax, type MaxPoolWithArgmaxAttrs } from '@tensorflow/tfjs-core'
import { imagesInput, type WasmKernel } from './kernel.ts'
import { compute, runKernel } from './numbers.ts'
import { poolingOf } from './pooling.ts'

/** The largest of each window, and where in its image, or in all images, the first such value is. */
export const maxPoolWithArgmax: WasmKernel = {
  name: MaxPoolWithArgmax,
  run: (call) => {
    const { backend } = call
    const [x, shape] = imagesInput('maxPoolWithArgmax', call.inputs, 'x')
    const [, inHeight, inWidth, channels] = shape
    const { includeBatchInIndex, ...options } = call.attributes as unknown as MaxPoolWithArgmaxAttrs
    const { padInfo, ...geometry } = poolingOf('maxPoolWithArgmax', shape, { ...options })
    const { outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } = geometry
    const largest = runKernel(backend, MaxPool, { x }, { ...options })
    try {
      const places = compute(call, [x, largest], largest.shape, 'int32', (out, numbers = out, most = out) => {
        for (let i = 0; i < out.length; i++) out[i] = placeOf(i, numbers, Number(most[i]))
      })
      return [largest, places]
    } catch (error) {
      backend.disposeData(largest.dataId)
      throw error
    }

    function placeOf(i: number, numbers: ArrayLike<number>, most: number): number {
      const [channel, pixel] = [i % channels, Math.floor(i / channels)]
      const row = Math.floor(pixel / outWidth)
      const image = Math.floor(row / outHeight)
      const top = (row % outHeight) * strideHeight - padInfo.top
      const left = (pixel % outWidth) * strideWidth - padInfo.left
      for (let y = Math.max(top, 0); y < Math.min(top + filterHeight, inHeight); y++) {
        for (let x = Math.max(left, 0); x < Math.min(left + filterWidth, inWidth); x++) {
          const inImage = (y * inWidth + x) * channels + channel
          const place = image * inHeight * inWidth * channels + inImage
          const here = Number(numbers[place])
          if (here === most || (Number.isNaN(here) && Number.isNaN(most))) return includeBatchInIndex ? place : inImage
        }
      }
      return 0
    }
  },
}
