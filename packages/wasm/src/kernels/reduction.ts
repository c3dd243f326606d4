// Sums and means over the first axes, as biases and batch normalisation need: tfjs's own transpose first, which takes ten
// times as long as the sum. Over other axes they are left to it.
import { backend_util, Mean, Sum, type SumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { KernelCall, WasmKernel } from './kernel.ts'

/** The sum over some axes. */
export const sum: WasmKernel = {
  name: Sum,
  run: (call) => overFirstAxes(call, () => 1) ?? call.stock(),
}

/** The mean over some axes. */
export const mean: WasmKernel = {
  name: Mean,
  run: (call) => overFirstAxes(call, (count) => 1 / count) ?? call.stock(),
}

/** Undefined when the axes are not the first ones, or the numbers not float32. */
function overFirstAxes(
  { inputs, attributes, heap }: KernelCall,
  scale: (count: number) => number,
): TensorInfo | undefined {
  const { x } = inputs as { x: TensorInfo }
  const { axis, keepDims } = attributes as unknown as SumAttrs
  const axes = util.parseAxisParam(axis, x.shape)
  if (x.dtype !== 'float32' || axes.some((place) => place >= axes.length)) return undefined
  const [shape, summed] = backend_util.computeOutAndReduceShapes(x.shape, axes)
  const out = heap.output(keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape)
  const count = util.sizeFromShape(summed)
  heap.native.columnSums(heap.team, heap.address(x), heap.address(out), count, util.sizeFromShape(shape), scale(count))
  return out
}
