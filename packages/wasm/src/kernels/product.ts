// The one way in which kernels of this package multiply matrices.
import type { Heap } from '../heap.ts'

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

/**
 * Writes `a b` to `out`, or adds it.
 *
 * @param heap the memory
 * @param a `[m, k]` once transposed as it says
 * @param b `[k, n]` once transposed as it says
 * @param out the address of `m n` floats that overlap neither factor
 * @param mode whether to replace what is at `out` or to add to it
 */
export function multiply(heap: Heap, a: Matrix, b: Matrix, out: number, mode: 'replace' | 'add' = 'replace'): void {
  const { native } = heap
  const m = a.transposed ? a.columns : a.rows
  const k = a.transposed ? a.rows : a.columns
  const n = b.transposed ? b.rows : b.columns
  heap.scratch(native.matmulScratchBytes(), (scratch) => {
    native.matmul(a.address, ...strides(a), b.address, ...strides(b), out, m, n, k, mode === 'add' ? 1 : 0, scratch)
  })
}

function strides({ columns, transposed }: Matrix): [row: number, column: number] {
  return transposed ? [1, columns] : [columns, 1]
}
