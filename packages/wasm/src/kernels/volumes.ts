// What tfjs's backend computes wrongly on volumes [batch, depth, height, width, channels], plane by plane with the kernels of
// images: the gradients of convolutions, which are also what a transposed one is, and the largest value of a window.
import { ShapeError } from '@ae/core'
import {
  AddN,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  Conv3DBackpropFilterV2,
  type Conv3DBackpropFilterV2Attrs,
  Conv3DBackpropInputV2,
  type Conv3DBackpropInputV2Attrs,
  Fill,
  MaxPool,
  MaxPool3D,
  type MaxPool3DAttrs,
  Pack,
  Reshape,
  type Tensor,
  tidy,
  Unpack,
} from '@tensorflow/tfjs-core'
import { runKernel, tensorsOf } from './composed.ts'
import type { WasmKernel } from './kernel.ts'

/** `[depth, height, width, inChannels, outChannels]`. */
const conv3dBackpropFilter: WasmKernel = {
  name: Conv3DBackpropFilterV2,
  run: (call) => {
    const { strides, pad, filterShape } = call.attributes as unknown as Conv3DBackpropFilterV2Attrs
    const { x, dy } = tensorsOf<'x' | 'dy'>(call)
    const { stride, before, planar } = depthOf('conv3d', x.shape, filterShape, dy, strides, pad)
    const shape = filterShape.slice(1)
    return tidy(() => {
      const [planes, gradients] = [unstack(x, 1), unstack(dy, 1)]
      const filters = Array.from({ length: filterShape[0] }, (_, v) =>
        sumOf(shape, gradients, (dy, at) => {
          const x = planes[at * stride + v - before]
          return x && runKernel<Tensor>(Conv2DBackpropFilter, { x, dy }, { ...planar, filterShape: shape })
        }),
      )
      return runKernel(Pack, filters, { axis: 0 })
    })
  },
}

/** `[batch, depth, height, width, inChannels]`. */
const conv3dBackpropInput: WasmKernel = {
  name: Conv3DBackpropInputV2,
  run: (call) => {
    const { strides, pad, inputShape } = call.attributes as unknown as Conv3DBackpropInputV2Attrs
    const { dy, filter } = tensorsOf<'dy' | 'filter'>(call)
    const { stride, before, planar } = depthOf('conv3dTranspose', inputShape, filter.shape, dy, strides, pad)
    const [batch, depth, ...plane] = inputShape
    const shape = [batch, ...plane]
    return tidy(() => {
      const [gradients, filters] = [unstack(dy, 1), unstack(filter, 0)]
      const planes = Array.from({ length: depth }, (_, at) =>
        sumOf(shape, filters, (filter, v) => {
          const dy = gradients[(at + before - v) / stride] // undefined where that is not a whole number
          return dy && runKernel<Tensor>(Conv2DBackpropInput, { dy, filter }, { ...planar, inputShape: shape })
        }),
      )
      return runKernel(Pack, planes, { axis: 1 })
    })
  },
}

/** `[batch, outDepth, outHeight, outWidth, channels]`: of each plane, then of the planes. */
const maxPool3d: WasmKernel = {
  name: MaxPool3D,
  run: (call) => {
    const { filterSize, strides, pad, dimRoundingMode } = call.attributes as unknown as MaxPool3DAttrs
    const { x } = tensorsOf<'x'>(call)
    const [batch = 0, depth = 0, height = 0, width = 0, channels = 0] = x.shape
    const [windowDepth, ...window] = threeOf(filterSize)
    const [strideDepth, ...stride] = threeOf(strides)
    return tidy(() => {
      const planes = pool(reshape(x, [batch * depth, height, width, channels]), window, stride, planarPad(pad, 1, 1))
      const [, outHeight = 0, outWidth = 0] = planes.shape
      const columns = reshape(planes, [batch, depth, outHeight * outWidth, channels])
      const out = pool(columns, [windowDepth, 1], [strideDepth, 1], planarPad(pad, 1, 0))
      return reshape(out, [batch, out.shape[1] ?? 0, outHeight, outWidth, channels])
    })

    function pool(x: Tensor, filterSize: number[], strides: number[], pad: Padding): Tensor {
      return runKernel(MaxPool, { x }, { filterSize, strides, pad, dimRoundingMode })
    }
  },
}

/** All of them. */
export const volumes: readonly WasmKernel[] = [conv3dBackpropFilter, conv3dBackpropInput, maxPool3d]

type Padding = 'same' | 'valid' | [number, number][]
type Three = [depth: number, height: number, width: number]

/** How the windows of a convolution move along the depth, and in the planes. */
function depthOf(
  name: string,
  [, length = 0]: readonly number[],
  [window = 0]: readonly number[],
  dy: Tensor,
  strides: number | Three,
  pad: 'same' | 'valid' | number,
) {
  const [stride, ...planar] = threeOf(strides)
  const outDepth = dy.shape[1] ?? 0
  const around = pad === 'same' ? Math.max(0, (outDepth - 1) * stride + window - length) : pad === 'valid' ? 0 : 2 * pad
  const expected = pad === 'same' ? Math.ceil(length / stride) : Math.floor((length + around - window) / stride) + 1
  if (outDepth !== expected) {
    throw new ShapeError(`\`${name}\` received a volume of the wrong depth.`, {
      facts: { Expected: `[batch, ${expected}, height, width, channels]`, Received: `[${dy.shape.join(', ')}]` },
    })
  }
  return { stride, before: Math.floor(around / 2), planar: { strides: planar, pad: planarPad(pad, 1, 1) } }
}

function planarPad(pad: 'same' | 'valid' | number, down: 0 | 1, right: 0 | 1): Padding {
  if (typeof pad !== 'number') return pad
  return [
    [0, 0],
    [down * pad, down * pad],
    [right * pad, right * pad],
    [0, 0],
  ]
}

function threeOf(value: number | readonly number[]): Three {
  return (typeof value === 'number' ? [value, value, value] : value) as Three
}

/** The sum of what `part` gives for each of `items`. */
function sumOf(
  shape: number[],
  items: readonly Tensor[],
  part: (item: Tensor, at: number) => Tensor | undefined,
): Tensor {
  const parts = items.flatMap((item, at) => part(item, at) ?? [])
  return parts.length === 0 ? runKernel(Fill, {}, { shape, value: 0, dtype: 'float32' }) : runKernel(AddN, parts)
}

function unstack(value: Tensor, axis: number): Tensor[] {
  return runKernel(Unpack, { value }, { axis })
}

function reshape(x: Tensor, shape: number[]): Tensor {
  return runKernel(Reshape, { x }, { shape })
}
