// Gradients of convolutions of images, by the kernels that every backend has for them or gets from its @ae package.
import {
  type Conv2DAttrs,
  conv2d,
  depthwiseConv2d,
  eye,
  getBackend,
  getKernel,
  mul,
  reshape,
  stridedSlice,
  sum,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { fromInputs, type Gradients, run } from './gradient.ts'
import { spread } from './linear.ts'

/** The gradients of two-dimensional convolutions: plain, transposed, depthwise, dilated. */
export function convolutions(): Gradients {
  return {
    // A dilated filter is a larger one with zeros in it, so the gradient kernels need not support dilation.
    Conv2D: fromInputs(['x', 'filter'], (dy, [x, filter], attributes: Conv2DAttrs) => ({
      x: () => byInput(dy, dilated(filter, attributes), x.shape, attributes),
      filter: () => undilated(byFilter(x, dy, dilated(filter, attributes).shape, attributes), attributes),
    })),
    // A transposed convolution, and what second derivatives need: both are linear in each of their inputs.
    Conv2DBackpropInput: fromInputs(['dy', 'filter'], (ddx, [dy, filter], geometry: Geometry) => ({
      dy: () => convolve(ddx, filter, geometry),
      filter: () => byFilter(ddx, dy, filter.shape, geometry),
    })),
    Conv2DBackpropFilter: fromInputs(['x', 'dy'], (ddFilter, [x, dy], geometry: Geometry) => ({
      x: () => byInput(dy, ddFilter, x.shape, geometry),
      dy: () => convolve(x, ddFilter, geometry),
    })),
    DepthwiseConv2dNative: fromInputs(['x', 'filter'], (dy, [x, filter], attributes: Conv2DAttrs) => ({
      x: () => depthwiseByInput(dy, dilated(filter, attributes), x.shape, attributes),
      filter: () => undilated(depthwiseByFilter(x, dy, dilated(filter, attributes).shape, attributes), attributes),
    })),
    // For second derivatives, on backends that have these kernels.
    DepthwiseConv2dNativeBackpropInput: fromInputs(['dy', 'filter'], (ddx, [dy, filter], geometry: Geometry) => ({
      dy: () => convolveDepthwise(ddx, filter, geometry),
      filter: () => depthwiseByFilter(ddx, dy, filter.shape, geometry),
    })),
    DepthwiseConv2dNativeBackpropFilter: fromInputs(['x', 'dy'], (ddFilter, [x, dy], geometry: Geometry) => ({
      x: () => depthwiseByInput(dy, ddFilter, x.shape, geometry),
      dy: () => convolveDepthwise(x, ddFilter, geometry),
    })),
  }
}

type Geometry = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'>

function convolve(x: Tensor, filter: Tensor, { strides, pad, dataFormat, dimRoundingMode }: Geometry): Tensor {
  return conv2d(x as Tensor4D, filter as Tensor4D, strides, pad, dataFormat, 1, dimRoundingMode)
}

function byInput(dy: Tensor, filter: Tensor, inputShape: number[], geometry: Geometry): Tensor {
  const { strides, pad, dataFormat, dimRoundingMode } = geometry
  return run('Conv2DBackpropInput', { dy, filter }, { strides, pad, dataFormat, dimRoundingMode, inputShape })
}

function byFilter(x: Tensor, dy: Tensor, filterShape: number[], geometry: Geometry): Tensor {
  const { strides, pad, dataFormat, dimRoundingMode } = geometry
  return run('Conv2DBackpropFilter', { x, dy }, { strides, pad, dataFormat, dimRoundingMode, filterShape })
}

function dilated(filter: Tensor, { dilations }: Pick<Conv2DAttrs, 'dilations'>): Tensor {
  const [rows, columns] = pair(dilations)
  return spread(spread(filter, 0, rows), 1, columns)
}

function undilated(filter: Tensor, { dilations }: Pick<Conv2DAttrs, 'dilations'>): Tensor {
  const [rows, columns] = pair(dilations)
  if (rows === 1 && columns === 1) return filter
  return stridedSlice(filter, [0, 0, 0, 0], filter.shape, [rows, columns, 1, 1])
}

/** tf.layers passes null for a dilation of 1. */
function pair(value: number | [number, number] | null): [number, number] {
  return Array.isArray(value) ? value : [value ?? 1, value ?? 1]
}

function convolveDepthwise(x: Tensor, filter: Tensor, { strides, pad, dimRoundingMode }: Geometry): Tensor {
  return depthwiseConv2d(x as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', 1, dimRoundingMode)
}

function depthwiseByInput(dy: Tensor, filter: Tensor, inputShape: number[], geometry: Geometry): Tensor {
  const name = 'DepthwiseConv2dNativeBackpropInput'
  if (getKernel(name, getBackend()) === undefined) {
    const [height, width, channels, multiplier] = filter.shape as [number, number, number, number]
    const full = mul(reshape(filter, [height * width, channels, 1, multiplier]), ownChannel(channels))
    return byInput(dy, reshape(full, [height, width, channels, channels * multiplier]), inputShape, geometry)
  }
  const { strides, pad, dimRoundingMode } = geometry
  return run(name, { dy, filter }, { strides, pad, dimRoundingMode, dilations: 1, inputShape })
}

function depthwiseByFilter(x: Tensor, dy: Tensor, filterShape: number[], geometry: Geometry): Tensor {
  const name = 'DepthwiseConv2dNativeBackpropFilter'
  if (getKernel(name, getBackend()) === undefined) {
    const [height, width, channels, multiplier] = filterShape as [number, number, number, number]
    const full = byFilter(x, dy, [height, width, channels, channels * multiplier], geometry)
    const own = mul(reshape(full, [height * width, channels, channels, multiplier]), ownChannel(channels))
    return reshape(sum(own, 2), filterShape)
  }
  const { strides, pad, dimRoundingMode } = geometry
  return run(name, { x, dy }, { strides, pad, dimRoundingMode, dilations: 1, filterShape })
}

/**
 * Makes a full filter `[.., channels, channels, multiplier]` from a depthwise one, for the backends (wasm) that lack the
 * depthwise gradient kernels.
 */
function ownChannel(channels: number): Tensor {
  return reshape(eye(channels), [channels, channels, 1])
}
