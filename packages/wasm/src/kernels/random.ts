// Counter-based random numbers, made where their tensor lies.
import { fusedKernels, sizeOfShape } from '@ae/core'
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'
import type { WasmKernel } from './kernel.ts'

/** Standard normal numbers. */
export const normals: WasmKernel = {
  name: fusedKernels.normals,
  run: ({ attributes, heap }) => fill(heap, heap.exports.normals, attributes, []),
}

/** Uniform numbers between two others. */
export const uniforms: WasmKernel = {
  name: fusedKernels.uniforms,
  run: ({ attributes, heap }) => {
    const { minimum, maximum } = attributes as unknown as { minimum: number; maximum: number }
    return fill(heap, heap.exports.uniforms, attributes, [minimum, maximum - minimum])
  },
}

function fill(
  heap: Heap,
  draw: (...values: number[]) => number,
  attributes: NamedAttrMap,
  range: readonly number[],
): TensorInfo {
  const { shape, key, counter, firstBlock } = attributes as unknown as DrawAttributes
  const out = heap.output(shape)
  draw(heap.address(out), sizeOfShape(shape), firstBlock, ...key, ...counter, ...range)
  return out
}

interface DrawAttributes extends Readonly<Record<'shape' | 'key' | 'counter', number[]>> {
  readonly firstBlock: number
}
