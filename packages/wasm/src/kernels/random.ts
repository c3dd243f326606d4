// Counter-based random numbers, made where their tensor lies.
import { type KernelAttributes, sizeOfShape } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'
import { implement } from './kernel.ts'

/** Standard normal numbers. */
export const normals = implement(kernels.normals, ({ attributes }, { heap }) =>
  fill(heap, heap.exports.normals, attributes, []),
)

/** Uniform numbers between two others. */
export const uniforms = implement(kernels.uniforms, ({ attributes }, { heap }) => {
  const { minimum, maximum } = attributes
  return fill(heap, heap.exports.uniforms, attributes, [minimum, maximum - minimum])
})

/** Bits of given probabilities. */
export const bits = implement(kernels.bits, ({ inputs: { probabilities }, attributes }, { heap }) =>
  fill(heap, heap.exports.bits, { ...attributes, shape: probabilities.shape }, [heap.address(probabilities)]),
)

/** Indices in random order. */
export const permutation = implement(kernels.permutation, ({ attributes }, { heap }) =>
  fill(heap, heap.exports.permutation, attributes, []),
)

function fill(
  heap: Heap,
  draw: (...values: number[]) => number,
  { shape, key, counter, firstBlock }: KernelAttributes<typeof kernels.normals>,
  range: readonly number[],
): TensorInfo {
  const out = heap.output(shape)
  draw(heap.address(out), sizeOfShape(shape), firstBlock, ...key, ...counter, ...range)
  return out
}
