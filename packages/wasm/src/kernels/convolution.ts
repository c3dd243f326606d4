// tfjs's 2-D convolution and its two gradients. tfjs's own are slow for an input's gradient, which is also what a transposed
// convolution runs, and missing for a filter's.
import { ShapeError } from '@ae/core'
import {
  Conv2D,
  type Conv2DAttrs,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
} from '@tensorflow/tfjs-core'
import { assertFits, type Geometry, outShapeOf, type WindowOptions, windowsOf } from './geometry.ts'
import { imagesInput, type Shape4D, shapedInput, type WasmKernel } from './kernel.ts'
import { convolutionGradient, convolve, convolveTransposed } from './patches.ts'

/** `[batch, outHeight, outWidth, outChannels]`. */
export const conv2d: WasmKernel = {
  name: Conv2D,
  run: ({ inputs, attributes, heap }) => {
    const [x, shape] = imagesInput('conv2d', inputs, 'x')
    const [filter, filterShape] = imagesInput('conv2d', inputs, 'filter')
    const geometry = geometryOf('conv2d', shape, filterShape, attributes as unknown as Conv2DAttrs)
    shapedInput('conv2d', inputs, 'filter', filterShape.with(2, geometry.inChannels))
    const out = heap.output(outShapeOf(geometry))
    convolve(heap, geometry, heap.address(x), heap.address(filter), heap.address(out))
    return out
  },
}

/** `[batch, height, width, inChannels]`; `dy` is `[batch, outHeight, outWidth, outChannels]`. */
export const conv2dBackpropInput: WasmKernel = {
  name: Conv2DBackpropInput,
  run: ({ inputs, attributes, heap }) => {
    const { inputShape, ...options } = attributes as unknown as Conv2DBackpropInputAttrs
    const [filter, filterShape] = imagesInput('conv2dTranspose', inputs, 'filter')
    const geometry = geometryOf('conv2dTranspose', inputShape, filterShape, options)
    shapedInput('conv2dTranspose', inputs, 'filter', filterShape.with(2, geometry.inChannels))
    const dy = shapedInput('conv2dTranspose', { x: inputs.dy }, 'x', outShapeOf(geometry))
    const out = heap.output(inputShape)
    convolveTransposed(heap, geometry, heap.address(out), heap.address(filter), heap.address(dy))
    return out
  },
}

/** `[filterHeight, filterWidth, inChannels, outChannels]`; images are `[batch, height, width, channels]`. */
export const conv2dBackpropFilter: WasmKernel = {
  name: Conv2DBackpropFilter,
  run: ({ inputs, attributes, heap }) => {
    const [x, shape] = imagesInput('conv2d', inputs, 'x')
    const { filterShape, ...options } = attributes as unknown as Conv2DBackpropFilterAttrs
    const geometry = geometryOf('conv2d', shape, filterShape, options)
    const dy = shapedInput('conv2d', inputs, 'dy', outShapeOf(geometry))
    const out = heap.output(filterShape)
    const addresses = { input: heap.address(x), dy: heap.address(dy), dFilter: heap.address(out) }
    convolutionGradient(heap, geometry, false, { ...addresses, filter: 0, output: 0, dBias: 0, dInput: 0 })
    return out
  },
}

/** What the attributes of a convolution may be. tfjs's own gradients refuse dilations before they come here. */
export type Options = WindowOptions & Partial<Pick<Conv2DAttrs, 'dataFormat'>>

/**
 * Where the windows of a convolution lie.
 *
 * @throws {ShapeError} when channels come first, or when no window fits into an image
 */
export function geometryOf(
  name: string,
  images: Shape4D,
  filter: Shape4D,
  { dataFormat, ...options }: Options,
): Geometry {
  if (dataFormat === 'NCHW') {
    throw new ShapeError(`\`${name}\` on the wasm backend received the channels first.`, {
      facts: { Expected: 'dataFormat NHWC', Received: 'dataFormat NCHW' },
      fix: 'transpose images to [batch, height, width, channels]',
    })
  }
  const geometry = windowsOf(name, images, [filter[0], filter[1]], filter[3], options)
  assertFits(name, geometry, 'Filter', filter)
  return geometry
}
