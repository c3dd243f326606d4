// Parts of tensors. tfjs's own read what lies beyond a tensor where a part does, take integers for float32, and look in the wrong place
// after the first batch.
import { ShapeError, sizeOfShape } from '@ae/core'
import {
  GatherV2,
  type GatherV2Attrs,
  Slice,
  type SliceAttrs,
  StridedSlice,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { assertInside } from './indices.ts'
import type { WasmKernel } from './kernel.ts'
import { castAway, compute, runKernel, withCast } from './numbers.ts'

/** A block of `x`. */
const slice: WasmKernel = {
  name: Slice,
  run: (call) => {
    const { x } = call.inputs as { x: TensorInfo }
    const { begin, size } = call.attributes as unknown as SliceAttrs
    const [starts, counts] = [[begin].flat(), [size ?? -1].flat()]
    const isInside = x.shape.every((length, axis) => {
      const start = starts[axis] ?? 0
      const count = counts[axis] ?? -1
      return start >= 0 && start + Math.max(count, 0) <= length
    })
    if (isInside) return call.stock()
    throw new ShapeError('`slice` reaches beyond its tensor.', {
      facts: { Tensor: `[${x.shape.join(', ')}]`, Begin: `[${starts.join(', ')}]`, Size: `[${counts.join(', ')}]` },
    })
  },
}

/** Every some-th element. tfjs's own takes all for float32. */
const stridedSlice: WasmKernel = {
  name: StridedSlice,
  run: (call) => {
    const { backend, attributes } = call
    const { x } = call.inputs as { x: TensorInfo }
    if (x.dtype === 'bool') {
      return withCast(backend, x, 'float32', (floats) =>
        castAway(backend, runKernel(backend, StridedSlice, { x: floats }, attributes), x.dtype),
      )
    }
    const taken = call.stock() as TensorInfo
    if (taken.dtype === x.dtype) return taken
    try {
      return compute(call, [{ ...taken, dtype: 'int32' }], taken.shape, 'int32', (out, bits) =>
        out.set(bits as Int32Array),
      )
    } finally {
      backend.disposeData(taken.dataId)
    }
  },
}

/** The entries of `x` at `indices` along an axis; with batch axes, of the same batch. */
const gather: WasmKernel = {
  name: GatherV2,
  run: (call) => {
    const { x, indices } = call.inputs as { x: TensorInfo; indices: TensorInfo }
    const { axis, batchDims } = call.attributes as unknown as GatherV2Attrs
    const along = axis < 0 ? axis + x.shape.length : axis
    const batchAxes = batchDims < 0 ? batchDims + indices.shape.length : batchDims
    const batches = x.shape.slice(0, batchAxes)
    const fits = batchAxes >= 0 && batchAxes <= along && `${batches}` === `${indices.shape.slice(0, batchAxes)}`
    if (!fits || (batchAxes === 0 && sizeOfShape(x.shape) > 0)) return call.stock() // which refuses what does not fit
    const outer = sizeOfShape(x.shape.slice(batchAxes, along))
    const count = Number(x.shape[along])
    const block = sizeOfShape(x.shape.slice(along + 1))
    const taken = indices.shape.slice(batchAxes)
    const shape = [...x.shape.slice(0, along), ...taken, ...x.shape.slice(along + 1)]
    const perBatch = sizeOfShape(taken)
    return compute(call, [x, indices], shape, x.dtype, (out, numbers = out, chosen = out) => {
      assertInside('gather', chosen, [count], 1)
      for (let to = 0; to * block < out.length; to++) {
        const row = Math.floor(to / perBatch)
        const index = chosen[Math.floor(row / outer) * perBatch + (to % perBatch)]
        const from = (row * count + Number(index)) * block
        out.set(numbers.subarray(from, from + block), to * block)
      }
    })
  },
}

/** All of them. */
export const slicing: readonly WasmKernel[] = [slice, stridedSlice, gather]
