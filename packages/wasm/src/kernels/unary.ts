// Functions of single numbers, four at a time: tfjs's own take five to ten times as long.
import { sizeOfShape } from '@ae/core'
import { Exp, LeakyRelu, type LeakyReluAttrs, Softplus, Tanh } from '@tensorflow/tfjs-core'
import type { WasmKernel } from './kernel.ts'

/** `Exp`, `Tanh`, `Softplus` and `LeakyRelu`, in the order of their numbers in assembly/unary.ts. */
export const unary: readonly WasmKernel[] = [Exp, Tanh, Softplus, LeakyRelu].map((name, code) => ({
  name,
  run: ({ inputs, attributes, heap, stock }) => {
    const { x } = inputs
    if (x?.dtype !== 'float32') return stock()
    const out = heap.output(x.shape)
    const { alpha } = attributes as unknown as Partial<LeakyReluAttrs>
    heap.native.unary(heap.address(x), heap.address(out), sizeOfShape(x.shape), code, alpha ?? 0)
    return out
  },
}))
