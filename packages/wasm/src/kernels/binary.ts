// Arithmetic of two tensors of one shape, or of a tensor and a number. Other shapes are left to tfjs, whose kernels wait
// until everything before them is computed.
import { sizeOfShape } from '@ae/core'
import { Add, backend_util, Multiply, RealDiv, Sub, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmKernel } from './kernel.ts'

/** `Add`, `Sub`, `Multiply` and `RealDiv`, in the order of their numbers in assembly/binary.ts. */
export const binary: readonly WasmKernel[] = [Add, Sub, Multiply, RealDiv].map((name, code) => ({
  name,
  run: ({ inputs, heap, stock }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape)
    const [size, aSize, bSize] = [shape, a.shape, b.shape].map(sizeOfShape) as [number, number, number]
    const fits = [aSize, bSize].every((length) => length === size || length === 1)
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || !fits) return stock()
    const out = heap.output(shape)
    const [left, right] = [heap.address(a), heap.address(b)]
    heap.native.binary(left, Number(aSize < size), right, Number(bSize < size), heap.address(out), size, code)
    return out
  },
}))
