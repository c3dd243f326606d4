// Arithmetic of two tensors of one shape, or of a tensor and a number. Other shapes are left to tfjs, whose kernels wait
// until everything before them is computed.
import { sizeOfShape } from '@ae/core'
import { Add, Multiply, RealDiv, Sub, type TensorInfo } from '@tensorflow/tfjs-core'
import { broadcastShape } from './broadcast.ts'
import type { WasmKernel } from './kernel.ts'

/** `Add`, `Sub`, `Multiply` and `RealDiv`, in the order of their numbers in assembly/binary.ts. */
export const binary: readonly WasmKernel[] = [Add, Sub, Multiply, RealDiv].map((name, code) => ({
  name,
  run: ({ inputs, heap, stock }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    const shape = broadcastShape(a.shape, b.shape)
    if (shape === undefined || a.dtype !== 'float32' || b.dtype !== 'float32') return stock()
    const [size, aSize, bSize] = [sizeOfShape(shape), sizeOfShape(a.shape), sizeOfShape(b.shape)]
    if ((aSize !== size && aSize !== 1) || (bSize !== size && bSize !== 1)) return stock()
    const out = heap.output(shape)
    const [left, right] = [heap.address(a), heap.address(b)]
    heap.native.binary(left, Number(aSize < size), right, Number(bSize < size), heap.address(out), size, code)
    return out
  },
}))
