// Of tensors without elements. tfjs's own leave their results as they find the memory, or trap.
import { sizeOfShape } from '@ae/core'
import { All, Any, Max, Min, Prod, type TensorInfo, Transpose, type TransposeAttrs } from '@tensorflow/tfjs-core'
import { axesOf } from './axes.ts'
import type { WasmKernel } from './kernel.ts'
import { compute } from './numbers.ts'

// As in TensorFlow.
const results: Readonly<Record<string, number>> = {
  [All]: 1,
  [Any]: 0,
  [Max]: Number.NEGATIVE_INFINITY,
  [Min]: Number.POSITIVE_INFINITY,
  [Prod]: 1,
}

const reductions: readonly WasmKernel[] = Object.entries(results).map(([name, value]) => ({
  name,
  run: (call) => {
    const { x } = call.inputs as { x: TensorInfo }
    if (sizeOfShape(x.shape) > 0) return call.stock()
    const { axis, reductionIndices, keepDims } = call.attributes as {
      axis?: number[]
      reductionIndices?: number[]
      keepDims?: boolean
    }
    const axes = axesOf(name.toLowerCase(), axis ?? reductionIndices, x.shape)
    const shape = x.shape.flatMap((length, place) => (axes.has(place) ? (keepDims ? [1] : []) : [length]))
    const most = x.dtype === 'int32' ? 2 ** 31 : Number.POSITIVE_INFINITY
    return compute(call, [], shape, x.dtype, (out) => out.fill(Math.max(-most, Math.min(most - 1, value))))
  },
}))

/** Axes in another order. */
const transpose: WasmKernel = {
  name: Transpose,
  run: ({ inputs, attributes, heap, stock }) => {
    const { shape, dtype } = inputs.x as TensorInfo
    if (sizeOfShape(shape) > 0) return stock()
    const { perm } = attributes as unknown as TransposeAttrs
    return heap.output(
      perm.map((axis) => Number(shape[axis])),
      dtype,
    )
  },
}

/** All of them, tfjs's own where there is something. */
export const ofNothing: readonly WasmKernel[] = [...reductions, transpose]
