// Gradients of the largest value of each window, of volumes and of images: tfjs's kernels for them are missing on some backends and
// wrong on others.
import {
  add,
  argMax,
  backend_util,
  cast,
  type Dilation2DAttrs,
  equal,
  type MaxPool3DAttrs,
  mul,
  pad,
  reshape,
  slice,
  stack,
  stridedSlice,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { fromInputs, type Gradients } from './gradient.ts'
import { spread, viewAround } from './linear.ts'

/** The gradients of three-dimensional max pooling and of greyscale dilation. Of equal values the first counts. */
export function maxima(): Gradients {
  return {
    MaxPool3D: fromInputs(['x'], (dy, [x], { filterSize, strides, pad, dimRoundingMode }: MaxPool3DAttrs) => {
      const info = backend_util.computePool3DInfo(x.shape as Shape5D, filterSize, strides, 1, pad, dimRoundingMode)
      const windows = windowsOf(x, dy, [
        [info.padInfo.front, info.filterDepth, info.strideDepth, 1],
        [info.padInfo.top, info.filterHeight, info.strideHeight, 1],
        [info.padInfo.left, info.filterWidth, info.strideWidth, 1],
      ])
      return { x: () => windows.put(windows.shares(dy, windows.seen(x))) }
    }),
    Dilation2D: fromInputs(['x', 'filter'], (dy, [x, filter], { strides, pad, dilations }: Dilation2DAttrs) => {
      const [shape, filterShape] = [x.shape, filter.shape] as [Shape4D, [number, number, number]]
      const info = backend_util.computeDilation2DInfo(shape, filterShape, strides, pad, 'NHWC', dilations)
      const windows = windowsOf(x, dy, [
        [info.padInfo.top, info.filterHeight, info.strideHeight, info.dilationHeight],
        [info.padInfo.left, info.filterWidth, info.strideWidth, info.dilationWidth],
      ])
      const shares = () => {
        const weights = reshape(filter, [-1, filterShape[2]])
        return windows.shares(
          dy,
          windows.seen(x).map((seen, at) => add(seen, slice(weights, [at, 0], [1, -1]))),
        )
      }
      return {
        x: () => windows.put(shares()),
        filter: () => reshape(stack(shares().map((share) => sum(share, [0, 1, 2]))), filterShape),
      }
    }),
  }
}

type Shape4D = [number, number, number, number]
type Shape5D = [number, number, number, number, number]

/** For one axis: the padding before it, and the length, stride and dilation of the windows along it. */
type Axis = readonly [before: number, window: number, stride: number, dilation: number]

/** Windows over `x` `[batch, ...axes, channels]`, one for each position of `dy`. */
function windowsOf(x: Tensor, dy: Tensor, axes: readonly Axis[]) {
  const offsets = axes.reduce<number[][]>(
    (all, [, window, , dilation]) =>
      all.flatMap((offset) => Array.from({ length: window }, (_, i) => [...offset, i * dilation])),
    [[]],
  )
  const spans = axes.map(([before, window, stride, dilation], i) => {
    const count = dy.shape[i + 1] ?? 0
    const length = x.shape[i + 1] ?? 0
    const seen = (count - 1) * stride + (window - 1) * dilation + 1
    return { before, stride, count, length, padded: Math.max(before + length, seen) }
  })
  return {
    /** The values at each position within the windows, in the shape of `dy`. */
    seen(values: Tensor): Tensor[] {
      const all = spans.reduce(
        (rest, { before, length, padded }, i) => padAlong(rest, i + 1, before, padded - before - length, outside),
        values,
      )
      return offsets.map((offset) =>
        spans.reduce((rest, { stride, count }, i) => takeAlong(rest, i + 1, offset[i] ?? 0, count, stride), all),
      )
    },
    /** `gradients` at the position of the largest of `values` in each window, and 0 at the others. */
    shares(gradients: Tensor, values: readonly Tensor[]): Tensor[] {
      const flat = values.map((value) => reshape(value, [-1]))
      const largest = reshape(argMax(stack(flat, 1), 1), gradients.shape)
      return values.map((_, at) => mul(gradients, cast(equal(largest, at), 'float32')))
    },
    /** Adds the values at the windows' positions up, at the positions of `x`. */
    put(shares: readonly Tensor[]): Tensor {
      // Not addN: webgpu takes at most a dozen tensors.
      const total = shares
        .map((share, at) =>
          spans.reduce((rest, { stride, padded }, i) => {
            const apart = spread(rest, i + 1, stride)
            const first = offsets[at]?.[i] ?? 0
            return padAlong(apart, i + 1, first, padded - first - (apart.shape[i + 1] ?? 0), 0)
          }, share),
        )
        .reduce((sum, part) => add(sum, part))
      return spans.reduce((rest, { before, length }, i) => takeAlong(rest, i + 1, before, length, 1), total)
    },
  }
}

/** Less than any value that a window may hold. */
const outside = -3e38

function padAlong(x: Tensor, axis: number, before: number, after: number, value: number): Tensor {
  const around: [number, number][] = [
    [0, 0],
    [before, after],
    [0, 0],
  ]
  return along(x, axis, (rows) => pad(rows, around, value))
}

function takeAlong(x: Tensor, axis: number, first: number, count: number, stride: number): Tensor {
  return along(x, axis, (rows) => {
    const [outer, , inner] = rows.shape as [number, number, number]
    return stridedSlice(rows, [0, first, 0], [outer, first + (count - 1) * stride + 1, inner], [1, stride, 1])
  })
}

/** Changes the length of an axis in a view of three axes: webgl and webgpu cannot pad or slice five. */
function along(x: Tensor, axis: number, change: (rows: Tensor) => Tensor): Tensor {
  const { outer, inner } = viewAround(x.shape, axis)
  const changed = change(reshape(x, [outer, x.shape[axis] ?? 0, inner]))
  return reshape(changed, x.shape.with(axis, changed.shape[1] ?? 0))
}
