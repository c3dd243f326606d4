// The gradient of 2-D max pooling. tfjs's own starts each window's maximum at 0 and so takes the first value for the largest
// where none is positive.
import { backend_util, MaxPoolGrad, type MaxPoolGradAttrs } from '@tensorflow/tfjs-core'
import { floatInput, shapedInput, type WasmKernel } from './kernel.ts'

/** The gradient of the input, `[batch, height, width, channels]`: each dy goes to the first maximum of its window. */
export const maxPoolGrad: WasmKernel = {
  name: MaxPoolGrad,
  run: ({ inputs, attributes, heap }) => {
    const input = floatInput('maxPool', inputs, 'input')
    const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as MaxPoolGradAttrs
    const geometry = backend_util.computePool2DInfo(
      input.shape as [number, number, number, number],
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    )
    const dy = shapedInput('maxPool', inputs, 'dy', geometry.outShape)
    const out = heap.output(input.shape)
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
