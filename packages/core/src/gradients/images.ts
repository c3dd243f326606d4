// Gradients of pooling, resizing and batch normalisation of images.
import {
  type AvgPoolAttrs,
  add,
  argMax,
  backend_util,
  cast,
  eye,
  type MaxPoolAttrs,
  mul,
  neg,
  oneHot,
  pad as padWith,
  pow,
  type ResizeBilinearAttrs,
  reshape,
  rsqrt,
  stack,
  stridedSlice,
  sub,
  sum,
  type Tensor,
  tensor2d,
  zeros,
} from '@tensorflow/tfjs-core'
import { fromAll, fromInputs, type Gradients, run, sumTo } from './gradient.ts'
import { contract, viewAround } from './linear.ts'

/** The gradients of pooling, resizing and batch normalisation. */
export function images(): Gradients {
  return {
    MaxPool: fromAll(['x'], (dy, [input, output], attributes: MaxPoolAttrs) => ({
      x: () => run('MaxPoolGrad', { dy, input, output }, { ...attributes }),
    })),
    MaxPoolGrad: fromInputs(['input', 'output'], (ddx, [input, output], attributes: MaxPoolAttrs) => ({
      dy: () => atMaxima(ddx, input, output, attributes),
      input: () => zeros(input.shape),
      output: () => zeros(output.shape),
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

/** The value of `x` at the maximum of `input` in each window, the first if there are several; of the shape of `output`. */
function atMaxima(x: Tensor, input: Tensor, { shape }: Tensor, attributes: MaxPoolAttrs): Tensor {
  const seen = windows(input, attributes, -3e38) // [windows, positions]
  const first = cast(oneHot(argMax(seen, 1), seen.shape[1] ?? 1), 'float32')
  return reshape(sum(mul(windows(x, attributes, 0), first), 1), shape)
}

/** The values in each window, with `outside` around the image: `[batch, height, width, channels]` -> `[windows, positions]`. */
function windows(x: Tensor, { filterSize, strides, pad, dimRoundingMode }: MaxPoolAttrs, outside: number): Tensor {
  const info = backend_util.computePool2DInfo(x.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode)
  const { batchSize, outHeight, outWidth, inChannels, strideHeight, strideWidth, padInfo } = info
  const [tall, wide] = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1]
  const around = (before: number, length: number, seen: number): [number, number] => [
    before,
    Math.max(0, seen - before - length),
  ]
  const rows = around(padInfo.top, info.inHeight, tall + info.filterHeight - 1)
  const columns = around(padInfo.left, info.inWidth, wide + info.filterWidth - 1)
  const padded = padWith(x, [[0, 0], rows, columns, [0, 0]], outside)
  const positions = Array.from({ length: info.filterHeight * info.filterWidth }, (_, at) => {
    const [down, right] = [Math.floor(at / info.filterWidth), at % info.filterWidth]
    const end = [batchSize, down + tall, right + wide, inChannels]
    return reshape(stridedSlice(padded, [0, down, right, 0], end, [1, strideHeight, strideWidth, 1]), [-1])
  })
  return stack(positions, 1)
}

/** Not the AvgPoolGrad kernels: most divide by the window's size even if the forward pass leaves the padding out. */
function undoAverages(dy: Tensor, x: Tensor, { filterSize, strides, pad, dimRoundingMode }: AvgPoolAttrs): Tensor {
  const info = backend_util.computePool2DInfo(x.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode)
  const rows = averages(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top)
  const columns = averages(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left)
  return undoSeparable(dy, x, rows, columns)
}

type Shape4D = [number, number, number, number]

/** `[outLength, length]`: each row averages the part of its window that lies inside. */
export function averages(length: number, outLength: number, window: number, stride: number, padding: number): Tensor {
  const matrix = new Float32Array(outLength * length)
  for (let out = 0; out < outLength; out++) {
    const start = Math.max(0, out * stride - padding)
    const end = Math.min(length, out * stride - padding + window)
    matrix.fill(1 / (end - start), out * length + start, out * length + end)
  }
  return tensor2d(matrix, [outLength, length])
}

/**
 * Resizing is a linear map along the rows and another along the columns; the map's matrix is what the backend makes of
 * the unit vectors. (Not the gradient kernels: cpu's is wrong for nearest neighbours in a batch, and none of the bilinear
 * ones supports half-pixel centres.)
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

/** For y = rows x columns' of each channel: the gradient with respect to x. */
function undoSeparable(dy: Tensor, x: Tensor, rows: Tensor, columns: Tensor): Tensor {
  const [, height] = x.shape as Shape4D
  const tall = contract(dy, viewAround(dy.shape, 1), rows, dy.shape.with(1, height))
  return contract(tall, viewAround(tall.shape, 2), columns, x.shape)
}
