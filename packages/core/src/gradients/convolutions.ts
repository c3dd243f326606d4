// Gradients of convolutions, pooling, resizing and batch normalisation of images.
import {
  type AvgPoolAttrs,
  add,
  backend_util,
  type Conv2DAttrs,
  conv2d,
  engine,
  eye,
  getBackend,
  getKernel,
  type MaxPoolAttrs,
  mul,
  type NamedAttrMap,
  type NamedTensorMap,
  neg,
  pow,
  type ResizeBilinearAttrs,
  reshape,
  rsqrt,
  stridedSlice,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { fromAll, fromInputs, type Gradients, sumTo } from './gradient.ts'
import { contract, spread, viewAround } from './linear.ts'

/** The gradients of image operations. */
export function convolutions(): Gradients {
  return {
    // A dilated filter is a larger one with zeros in it, for which the gradient kernels need not know of dilation.
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
    MaxPool: fromAll(['x'], (dy, [input, output], attributes: MaxPoolAttrs) => ({
      x: () => run('MaxPoolGrad', { dy, input, output }, { ...attributes }),
    })),
    AvgPool: fromInputs(['x'], (dy, [x], attributes: AvgPoolAttrs) => ({ x: () => undoAverages(dy, x, attributes) })),
    ResizeBilinear: resize('ResizeBilinear'),
    ResizeNearestNeighbor: resize('ResizeNearestNeighbor'),
    // y = (x - mean) / sqrt(variance + epsilon) scale + offset, with mean and variance as they are given
    FusedBatchNorm: fromInputs(
      ['x', 'mean', 'variance', 'scale', 'offset'],
      (dy, [x, mean, variance, scale, offset], { varianceEpsilon }: { varianceEpsilon: number }) => {
        const centred = () => sub(x, mean)
        const inverse = () => rsqrt(add(variance, varianceEpsilon))
        return {
          x: () => mul(dy, mul(scale, inverse())),
          mean: () => neg(sumTo(mul(dy, mul(scale, inverse())), mean.shape)),
          variance: () => mul(sumTo(mul(mul(dy, scale), centred()), variance.shape), mul(pow(inverse(), 3), -0.5)),
          scale: () => sumTo(mul(dy, mul(centred(), inverse())), scale.shape),
          offset: () => sumTo(dy, offset.shape),
        }
      },
    ),
  }
}

type Geometry = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'>

function run(kernelName: string, inputs: NamedTensorMap, attributes: object): Tensor {
  return engine().runKernel(kernelName, inputs, attributes as NamedAttrMap)
}

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

function pair(value: number | [number, number]): [number, number] {
  return typeof value === 'number' ? [value, value] : value
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
 * Makes a full filter `[.., channels, channels, multiplier]` of a depthwise one: for the backends (wasm) that lack the
 * depthwise gradient kernels.
 */
function ownChannel(channels: number): Tensor {
  return reshape(eye(channels), [channels, channels, 1])
}

/** Not the AvgPoolGrad kernels: most divide by the window's size where the forward pass leaves the padding out. */
function undoAverages(dy: Tensor, x: Tensor, { filterSize, strides, pad, dimRoundingMode }: AvgPoolAttrs): Tensor {
  const info = backend_util.computePool2DInfo(x.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode)
  const rows = averages(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top)
  const columns = averages(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left)
  return undoSeparable(dy, x, rows, columns)
}

type Shape4D = [number, number, number, number]

/** `[outLength, length]`: each row averages the part of its window that lies inside. */
function averages(length: number, outLength: number, window: number, stride: number, padding: number): Tensor {
  const matrix = new Float32Array(outLength * length)
  for (let out = 0; out < outLength; out++) {
    const start = Math.max(0, out * stride - padding)
    const end = Math.min(length, out * stride - padding + window)
    matrix.fill(1 / (end - start), out * length + start, out * length + end)
  }
  return tensor2d(matrix, [outLength, length])
}

/**
 * Resizing is a linear map along the rows and another along the columns; what the backend makes of the unit vectors is
 * its matrix. (Not the gradient kernels: cpu's is wrong for nearest neighbours in a batch, and none of the bilinear
 * ones heeds half-pixel centres.)
 */
function resize(kernelName: 'ResizeBilinear' | 'ResizeNearestNeighbor') {
  return fromInputs(['images'], (dy, [images], { size, alignCorners, halfPixelCenters }: ResizeBilinearAttrs) => {
    const weights = (length: number, outLength: number) => {
      const units = reshape(eye(length), [1, length, 1, length]) // a column of pixels, the i-th one lit in channel i
      const resized = run(kernelName, { images: units }, { alignCorners, halfPixelCenters, size: [outLength, 1] })
      return reshape(resized, [outLength, length])
    }
    const [, height, width] = images.shape as Shape4D
    return { images: () => undoSeparable(dy, images, weights(height, size[0]), weights(width, size[1])) }
  })
}

/** For y = rows x columns' of each channel: the gradient by x. */
function undoSeparable(dy: Tensor, x: Tensor, rows: Tensor, columns: Tensor): Tensor {
  const [, height] = x.shape as Shape4D
  const tall = contract(dy, viewAround(dy.shape, 1), rows, dy.shape.with(1, height))
  return contract(tall, viewAround(tall.shape, 2), columns, x.shape)
}
