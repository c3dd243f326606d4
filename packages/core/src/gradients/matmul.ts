// Gradients of matrix products. With y = a b: da = dy b', db = a' dy; transposed inputs swap the factors.
import { matMul } from '@tensorflow/tfjs-core'
import { fromInputs, type Gradients, sumTo } from './gradient.ts'

/** The gradient of tf.matMul: all four transpositions, broadcast batches. */
export function matmul(): Gradients {
  return {
    BatchMatMul: fromInputs(['a', 'b'], (dy, [a, b], attributes: { transposeA: boolean; transposeB: boolean }) => {
      const { transposeA, transposeB } = attributes
      return {
        a: () => sumTo(transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB), a.shape),
        b: () => sumTo(transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false), b.shape),
      }
    }),
  }
}
