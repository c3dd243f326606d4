// Gradients of the largest value of each window, of volumes and of images: tfjs's kernels for them are missing on some backends and
// wrong on others.
import {
  add,
  addN,
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
import { spread } from './linear.ts'

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

/** Of one axis: zeros before it, and length, stride and dilation of the windows along it. */
type Axis = readonly [before: number, window: number, stride: number, dilation: number]

/**
 * Windows over `x` `[batch, ...axes, channels]`, one for each place of `dy`.
 */
function windowsOf(x: Tensor, dy: Tensor, axes: readonly Axis[]) {
  const outside = -3e38 // less than any value that is not lost anyway
  const lengths = axes.map(
    ([, window, stride, dilation], i) => ((dy.shape[i + 1] ?? 0) - 1) * stride + (window - 1) * dilation + 1,
  )
  const around = axes.map(([before], i): [number, number] => [
    before,
    Math.max(0, (lengths[i] ?? 0) - before - (x.shape[i + 1] ?? 0)),
  ])
  const paddings: [number, number][] = [[0, 0], ...around, [0, 0]]
  const padded = x.shape.map((length, i) => length + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0))
  const offsets = axes.reduce<number[][]>(
    (all, [, window, , dilation]) =>
      all.flatMap((offset) => Array.from({ length: window }, (_, i) => [...offset, i * dilation])),
    [[]],
  )
  return {
    /** What the windows see at each of their places, in the shape of `dy`. */
    seen(values: Tensor): Tensor[] {
      const all = pad(values, paddings, outside)
      return offsets.map((offset) => {
        const end = offset.map((at, i) => at + ((dy.shape[i + 1] ?? 0) - 1) * (axes[i]?.[2] ?? 1) + 1)
        const strides = axes.map(([, , stride]) => stride)
        return stridedSlice(all, [0, ...offset, 0], [x.shape[0] ?? 0, ...end, x.shape.at(-1) ?? 0], [1, ...strides, 1])
      })
    },
    /** `gradients`, at the place of the largest of `values` in each window and 0 at the others. */
    shares(gradients: Tensor, values: readonly Tensor[]): Tensor[] {
      const largest = argMax(stack([...values]), 0)
      return values.map((_, at) => mul(gradients, cast(equal(largest, at), 'float32')))
    },
    /** The sums of what the places of the windows have, at the places of `x`. */
    put(shares: readonly Tensor[]): Tensor {
      const parts = shares.map((share, at) => {
        const apart = axes.reduce((rest, [, , stride], i) => spread(rest, i + 1, stride), share)
        return pad(
          apart,
          padded.map((length, i): [number, number] => {
            const before = offsets[at]?.[i - 1] ?? 0
            return [before, length - before - (apart.shape[i] ?? 0)]
          }),
        )
      })
      return slice(
        addN(parts),
        paddings.map(([before]) => before),
        x.shape,
      )
    },
  }
}
