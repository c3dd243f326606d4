// The gradients of depthwise convolutions, which tfjs's backend lacks.
import {
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { geometryOf, type Options } from './convolution.ts'
import { type Geometry, lengthsOf, outShapeOf } from './geometry.ts'
import { imagesInput, type KernelCall, type Shape4D, shapedInput, type WasmKernel } from './kernel.ts'

const op = 'depthwiseConv2d'

/** `[filterHeight, filterWidth, channels, multiplier]`; `dy` is `[batch, outHeight, outWidth, channels * multiplier]`. */
export const depthwiseBackpropFilter: WasmKernel = {
  name: DepthwiseConv2dNativeBackpropFilter,
  run: (call) => {
    const { filterShape, ...options } = call.attributes as unknown as DepthwiseConv2dNativeBackpropFilterAttrs
    const [x, shape] = imagesInput(op, call.inputs, 'x')
    const windows = geometryOfChannels(shape, filterShape, options)
    shapedInput(op, call.inputs, 'x', shape.with(3, filterShape[2]))
    return gradient(call, call.heap.exports.depthwiseFilterGradient, x, filterShape, windows)
  },
}

/** `[batch, height, width, channels]`; `dy` is `[batch, outHeight, outWidth, channels * multiplier]`. */
export const depthwiseBackpropInput: WasmKernel = {
  name: DepthwiseConv2dNativeBackpropInput,
  run: (call) => {
    const { inputShape, ...options } = call.attributes as unknown as DepthwiseConv2dNativeBackpropInputAttrs
    const [filter, shape] = imagesInput(op, call.inputs, 'filter')
    const windows = geometryOfChannels(inputShape, shape, options)
    shapedInput(op, call.inputs, 'filter', shape.with(2, inputShape[3]))
    return gradient(call, call.heap.exports.depthwiseInputGradient, filter, inputShape, windows)
  },
}

function geometryOfChannels(images: Shape4D, filter: Shape4D, options: Options): Geometry {
  return geometryOf(op, images, filter.with(3, filter[2] * filter[3]) as Shape4D, options)
}

function gradient(
  { inputs, heap }: KernelCall,
  run: (...values: number[]) => number,
  other: TensorInfo,
  shape: Shape4D,
  windows: Geometry,
): TensorInfo {
  const dy = shapedInput(op, inputs, 'dy', outShapeOf(windows))
  const out = heap.output(shape)
  run(heap.address(dy), heap.address(other), heap.address(out), ...lengthsOf(windows))
  return out
}
