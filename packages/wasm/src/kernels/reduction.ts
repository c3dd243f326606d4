// Sums and means over the first axes, as biases and batch normalisation need: tfjs's own transpose first, which takes ten
// times as long as the sum. Over other axes they are left to it.
import { sizeOfShape } from '@ae/core'
import { Mean, Sum, type SumAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
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
  const places = axis === undefined || axis === null ? x.shape.map((_, place) => place) : [axis].flat()
  const summed = new Set(places.map((place) => (place < 0 ? place + x.shape.length : place)))
  const first = x.shape.slice(0, summed.size)
  if (x.dtype !== 'float32' || summed.size > x.shape.length || !first.every((_, place) => summed.has(place))) return
  const kept = x.shape.slice(summed.size)
  const count = sizeOfShape(first)
  const out = heap.output(keepDims ? [...first.map(() => 1), ...kept] : kept)
  heap.native.columnSums(heap.address(x), heap.address(out), count, sizeOfShape(kept), scale(count))
  return out
}
