// Gradients of convolutions and of average pooling of volumes, [batch, depth, height, width, channels].
import {
  type AvgPool3DAttrs,
  backend_util,
  type Conv3DAttrs,
  conv3d,
  stridedSlice,
  type Tensor,
  type Tensor5D,
} from '@tensorflow/tfjs-core'
import { fromInputs, type Gradients, run } from './gradient.ts'
import { averages } from './images.ts'
import { contract, spread, viewAround } from './linear.ts'

/** The gradients of three-dimensional convolutions, plain and transposed, and of average pooling. */
export function volumes(): Gradients {
  return {
    // A dilated filter is a larger one with zeros in it.
    Conv3D: fromInputs(['x', 'filter'], (dy, [x, filter], { strides, pad, dilations }: Conv3DAttrs) => {
      const gaps = [dilations ?? 1].flat()
      const gapOf = (axis: number) => gaps[axis] ?? gaps[0] ?? 1
      const wide = () => [0, 1, 2].reduce((rest, axis) => spread(rest, axis, gapOf(axis)), filter)
      const geometry = { strides, pad }
      return {
        x: () => byInput(dy, wide(), x.shape, geometry),
        filter: () => {
          const shape = filter.shape.map((length, axis) => (axis < 3 ? (length - 1) * gapOf(axis) + 1 : length))
          const gradient = byFilter(x, dy, shape, geometry)
          return stridedSlice(gradient, [0, 0, 0, 0, 0], shape, [gapOf(0), gapOf(1), gapOf(2), 1, 1])
        },
      }
    }),
    Conv3DBackpropInputV2: fromInputs(['dy', 'filter'], (ddx, [dy, filter], geometry: Geometry) => ({
      dy: () => convolve(ddx, filter, geometry),
      filter: () => byFilter(ddx, dy, filter.shape, geometry),
    })),
    Conv3DBackpropFilterV2: fromInputs(['x', 'dy'], (ddFilter, [x, dy], geometry: Geometry) => ({
      x: () => byInput(dy, ddFilter, x.shape, geometry),
      dy: () => convolve(x, ddFilter, geometry),
    })),
    AvgPool3D: fromInputs(['x'], (dy, [x], { filterSize, strides, pad, dimRoundingMode }: AvgPool3DAttrs) => {
      const info = backend_util.computePool3DInfo(x.shape as Shape5D, filterSize, strides, 1, pad, dimRoundingMode)
      const { padInfo } = info
      const maps = () => [
        averages(info.inDepth, info.outDepth, info.filterDepth, info.strideDepth, padInfo.front),
        averages(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, padInfo.top),
        averages(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, padInfo.left),
      ]
      return {
        x: () =>
          maps().reduce((rest, map, i) => {
            const shape = rest.shape.with(i + 1, x.shape[i + 1] ?? 0)
            return contract(rest, viewAround(rest.shape, i + 1), map, shape)
          }, dy),
      }
    }),
  }
}

type Shape5D = [number, number, number, number, number]
type Geometry = Pick<Conv3DAttrs, 'strides' | 'pad'>

function convolve(x: Tensor, filter: Tensor, { strides, pad }: Geometry): Tensor {
  return conv3d(x as Tensor5D, filter as Tensor5D, strides, pad)
}

function byInput(dy: Tensor, filter: Tensor, inputShape: number[], { strides, pad }: Geometry): Tensor {
  return run('Conv3DBackpropInputV2', { dy, filter }, { strides, pad, inputShape })
}

function byFilter(x: Tensor, dy: Tensor, filterShape: number[], { strides, pad }: Geometry): Tensor {
  return run('Conv3DBackpropFilterV2', { x, dy }, { strides, pad, filterShape })
}
