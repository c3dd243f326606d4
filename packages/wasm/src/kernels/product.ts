// The one way in which kernels of this package multiply matrices.
import type { Heap } from '../memory/heap.ts'

/** A row-major matrix in memory, taken as it lies or transposed. */
export interface Matrix {
  /** Where it lies. */
  readonly address: number
  /** Its lengths as stored: a transposed one counts as `[columns, rows]` in the product. */
  readonly rows: number
  readonly columns: number
  /** Whether the product takes it transposed. */
  readonly transposed: boolean
}

/** What becomes of each number of a product. */
export interface Ending {
  /** The address of one number a column, added; 0 for none. */
  readonly bias: number
  /** The number of the activation, as assembly/activate.ts knows it. */
  readonly activation: number
}

/** Neither bias nor activation. */
export const noEnding: Ending = { bias: 0, activation: 0 }

/**
 * Writes `ending(a b)` to `out`.
 *
 * @param heap the memory
 * @param a `[m, k]` once transposed as it says
 * @param b `[k, n]` once transposed as it says
 * @param out the address of `m n` floats that overlap neither factor
 * @param ending what follows
 */
export function multiply(heap: Heap, a: Matrix, b: Matrix, out: number, { bias, activation }: Ending = noEnding): void {
  const m = a.transposed ? a.columns : a.rows
  const k = a.transposed ? a.rows : a.columns
  const n = b.transposed ? b.rows : b.columns
  const packed = heap.workspace(4 * heap.exports.packedFloats(m, n, k))
  const factors = [a.address, ...strides(a), b.address, ...strides(b)]
  heap.exports.matmul(...factors, out, m, n, k, bias, activation, packed)
}

function strides({ columns, transposed }: Matrix): [row: number, column: number] {
  return transposed ? [1, columns] : [columns, 1]
}
