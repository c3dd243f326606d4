// tfjs's depthwise convolution. tfjs's own counts its windows wrongly where padding is 'same' and the stride goes beyond the filter,
// where lengths are rounded up, or where the windows are not square, makes NaN -infinity, and computes on one thread.
import { DepthwiseConv2dNative, type DepthwiseConv2dNativeAttrs } from '@tensorflow/tfjs-core'
import { geometryOf } from './convolution.ts'
import { lengthsOf, outShapeOf } from './geometry.ts'
import { imagesInput, shapedInput, type WasmKernel } from './kernel.ts'

/** `[batch, outHeight, outWidth, channels * multiplier]`; the filter is `[height, width, channels, multiplier]`. */
export const depthwiseConvolution: WasmKernel = {
  name: DepthwiseConv2dNative,
  run: ({ inputs, attributes, heap }) => {
    const [x, shape] = imagesInput('depthwiseConv2d', inputs, 'x')
    const [filter, filterShape] = imagesInput('depthwiseConv2d', inputs, 'filter')
    const [, , channels, multiplier] = filterShape
    shapedInput('depthwiseConv2d', inputs, 'filter', filterShape.with(2, shape[3]))
    const options = attributes as unknown as DepthwiseConv2dNativeAttrs
    const geometry = geometryOf('depthwiseConv2d', shape, filterShape.with(3, channels * multiplier) as typeof shape, {
      ...options,
      dilations: options.dilations ?? 1,
    })
    const out = heap.output(outShapeOf(geometry))
    heap.exports.convolveDepthwise(heap.address(x), heap.address(filter), heap.address(out), ...lengthsOf(geometry))
    return out
  },
}
