// Products of matrices of int32, exactly, modulo 2^32: counts such as those of tfjs's confusion matrix. tfjs's backend has none.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { moduleOf } from '../binary/module.ts'
import type { Heap } from '../memory/heap.ts'
import type { Matrix } from './product.ts'

/**
 * What writes `a b` to the address of `m n` integers, for matrices of int32 at addresses of their own.
 *
 * @param heap the memory
 * @param backend whose memory it is
 */
export function integerProduct(heap: Heap, backend: BackendWasm): (a: Matrix, b: Matrix, out: number) => void {
  heap.finish()
  return (a, b, out) => {
    const memory = new Int32Array(moduleOf(backend).HEAPU8.buffer)
    const [rows, inner] = a.transposed ? [a.columns, a.rows] : [a.rows, a.columns]
    const columns = b.transposed ? b.rows : b.columns
    const numberAt = ({ address, columns, transposed }: Matrix, row: number, column: number) =>
      memory[(address >>> 2) + (transposed ? column * columns + row : row * columns + column)] ?? 0
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0
        for (let i = 0; i < inner; i++) sum = (sum + Math.imul(numberAt(a, row, i), numberAt(b, i, column))) | 0
        memory[(out >>> 2) + row * columns + column] = sum
      }
    }
  }
}
