// Repetition along axes, which is also the gradient of every sum and mean. tfjs's own works out each element's place in all
// axes, at a hundred times the cost of copying blocks.
import { sizeOfShape } from '@ae/core'
import { type TensorInfo, Tile, type TileAttrs } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'
import type { WasmKernel } from './kernel.ts'

const elementBytes: Readonly<Record<string, number | undefined>> = { bool: 1, float32: 4, int32: 4 }

/** `x`, `reps[axis]` times along each axis. */
export const tile: WasmKernel = {
  name: Tile,
  run: ({ inputs, attributes, heap, stock }) => {
    const { x } = inputs as { x: TensorInfo }
    const { reps } = attributes as unknown as TileAttrs
    const bytes = elementBytes[x.dtype]
    if (bytes === undefined) return stock()
    const shape = x.shape.map((length, axis) => length * (reps[axis] ?? 1))
    const out = heap.output(shape, x.dtype)
    if (sizeOfShape(shape) > 0) {
      repeat(heap, heap.address(x), heap.address(out), x.shape, reps, bytes)
    }
    return out
  },
}

/** Axis by axis, from the last: what is after an axis is one block. */
function repeat(heap: Heap, from: number, to: number, shape: number[], reps: number[], elementBytes: number): void {
  const axis = Math.max(
    0,
    reps.findLastIndex((times) => times !== 1),
  )
  const times = reps[axis] ?? 1
  const count = sizeOfShape(shape.slice(0, axis))
  const blockBytes = elementBytes * sizeOfShape(shape.slice(axis))
  const others = reps.with(axis, 1)
  if (others.every((more) => more === 1)) {
    heap.exports.repeatBlocks(from, to, count, blockBytes, times)
    return
  }
  heap.scratch(count * blockBytes * times, (part) => {
    heap.exports.repeatBlocks(from, part, count, blockBytes, times)
    repeat(heap, part, to, shape.with(axis, (shape[axis] ?? 1) * times), others, elementBytes)
  })
}
