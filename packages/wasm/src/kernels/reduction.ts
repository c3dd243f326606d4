// Sums and means over any axes, added up in float64 (assembly/sums.ts): tfjs's own add up in float32, one number after another,
// so that the mean of four million times 0.1 is 0.10006, and transpose first where the axes are not the last ones.
import { sizeOfShape } from '@ae/core'
import { Cast, getKernel, Mean, Sum, type SumAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'
import { axesOf } from './axes.ts'
import type { KernelCall, WasmKernel } from './kernel.ts'

/** The sum over some axes; of integers by tfjs's own. */
export const sum: WasmKernel = {
  name: Sum,
  run: (call) => (isFloat(call.inputs.x) ? reduce('sum', call, call.inputs.x, () => 1) : call.stock()),
}

/** The mean over some axes. */
export const mean: WasmKernel = {
  name: Mean,
  run: (call) => {
    const { x } = call.inputs as { x: TensorInfo }
    const over = (count: number) => 1 / count
    if (isFloat(x)) return reduce('mean', call, x, over)
    const { backend } = call
    const cast = getKernel(Cast, 'wasm').kernelFunc({
      inputs: { x },
      attrs: { dtype: 'float32' },
      backend,
    }) as TensorInfo
    try {
      return reduce('mean', call, cast, over)
    } finally {
      backend.disposeData(cast.dataId)
    }
  },
}

function isFloat(x: TensorInfo | undefined): x is TensorInfo {
  return x?.dtype === 'float32'
}

/** The sum of `x` over the axes of the call, times `scale` of how many numbers each sum has. */
function reduce(
  op: string,
  { attributes, heap }: KernelCall,
  x: TensorInfo,
  scale: (count: number) => number,
): TensorInfo {
  const { axis, keepDims } = attributes as unknown as SumAttrs
  const axes = axesOf(op, axis, x.shape)
  const kept = x.shape.filter((_, place) => !axes.has(place))
  const count = sizeOfShape(x.shape.filter((_, place) => axes.has(place)))
  const out = heap.output(keepDims ? x.shape.map((length, place) => (axes.has(place) ? 1 : length)) : kept)
  sumRuns(heap, heap.address(x), heap.address(out), runsOf(x.shape, axes), scale(count))
  return out
}

/** Axes next to each other that are all summed over, or all kept, as one. */
interface Run {
  readonly length: number
  readonly isSummed: boolean
}

function runsOf(shape: readonly number[], axes: ReadonlySet<number>): Run[] {
  const runs: Run[] = []
  for (const [place, length] of shape.entries()) {
    const isSummed = axes.has(place)
    const last = runs.at(-1)
    if (last?.isSummed === isSummed) runs.splice(-1, 1, { isSummed, length: last.length * length })
    else runs.push({ isSummed, length })
  }
  return runs
}

/** Sums over the last run that is to be summed over; then over the others, from where those sums lie. */
function sumRuns(heap: Heap, from: number, to: number, runs: readonly Run[], scale: number): void {
  const place = runs.findLastIndex(({ isSummed }) => isSummed)
  const before = runs.slice(0, Math.max(place, 0))
  const after = runs.slice(place + 1)
  const [blocks, rows, columns] = [sizeOf(before), place < 0 ? 1 : sizeOf(runs.slice(place, place + 1)), sizeOf(after)]
  if (!before.some(({ isSummed }) => isSummed)) heap.exports.columnSums(from, to, blocks, rows, columns, scale)
  else {
    heap.scratch(4 * blocks * columns, (sums) => {
      heap.exports.columnSums(from, sums, blocks, rows, columns, 1)
      sumRuns(heap, sums, to, [...before, ...after], scale)
    })
  }
}

function sizeOf(runs: readonly Run[]): number {
  return runs.reduce((size, { length }) => size * length, 1)
}
