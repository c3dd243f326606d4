// The gradient of 2-D max pooling. tfjs's own starts each window's maximum at 0 and so takes the first value for the largest
// where none is positive.
import { MaxPoolGrad, type MaxPoolGradAttrs } from '@tensorflow/tfjs-core'
import { outShapeOf, windowsOf } from './geometry.ts'
import { imagesInput, shapedInput, type WasmKernel } from './kernel.ts'

/** The gradient of the input, `[batch, height, width, channels]`: each dy goes to the first maximum of its window. */
export const maxPoolGrad: WasmKernel = {
  name: MaxPoolGrad,
  run: ({ inputs, attributes, heap }) => {
    const [input, shape] = imagesInput('maxPool', inputs, 'input')
    const { filterSize, ...options } = attributes as unknown as MaxPoolGradAttrs
    const window = typeof filterSize === 'number' ? ([filterSize, filterSize] as const) : filterSize
    const geometry = windowsOf('maxPool', shape, window, shape[3], options)
    const dy = shapedInput('maxPool', inputs, 'dy', outShapeOf(geometry))
    const out = heap.output(shape)
    heap.native.maxPoolGradient(
      heap.address(input),
      heap.address(dy),
      heap.address(out),
      geometry.batchSize,
      geometry.inHeight,
      geometry.inWidth,
      geometry.inChannels,
      geometry.outHeight,
      geometry.outWidth,
      geometry.filterHeight,
      geometry.filterWidth,
      geometry.strideHeight,
      geometry.strideWidth,
      geometry.padInfo.top,
      geometry.padInfo.left,
    )
    return out
  },
}
