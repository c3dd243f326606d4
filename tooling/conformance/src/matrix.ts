// Float64 matrices for the formulas of expected results.
import { uniforms } from '@ae/core'

/** Numbers by row; a vector is a matrix of one row. */
export interface Matrix {
  readonly shape: readonly [number, number]
  readonly values: ArrayLike<number>
}

/** A matrix whose entries are a function of their indices. */
export function matrix(rows: number, columns: number, entry: (index: number) => number): Matrix {
  return { shape: [rows, columns], values: Float64Array.from({ length: rows * columns }, (_, index) => entry(index)) }
}

/** Numbers between two bounds, exact in float32, from the stream of that name. */
export function randomMatrix(name: string, rows: number, columns: number, from: number, to: number): Matrix {
  const values = uniforms(name, {}, rows * columns).map((u) => from + (to - from) * u)
  return { shape: [rows, columns], values }
}

/** Entry by entry: a function of the entries at the same place; a matrix of one column is repeated along the rows. */
export function combine(f: (...entries: number[]) => number, ...matrices: readonly [Matrix, ...Matrix[]]): Matrix {
  const [rows, columns] = matrices[0].shape
  return matrix(rows, columns, (index) =>
    f(...matrices.map(({ shape, values }) => Number(values[shape[1] === 1 ? Math.floor(index / columns) : index]))),
  )
}

/** The sum of each row, `[rows, columns]` -> `[rows, 1]`. */
export function sumRows(a: Matrix): Matrix {
  return product(
    a,
    matrix(a.shape[1], 1, () => 1),
  )
}

/** The transpose. */
export function transpose({ shape: [rows, columns], values }: Matrix): Matrix {
  return matrix(columns, rows, (index) => Number(values[(index % rows) * columns + Math.floor(index / rows)]))
}

/** `[rows, inner]` times `[inner, columns]`. */
export function product(a: Matrix, b: Matrix): Matrix {
  const [rows, inner] = a.shape
  const columns = b.shape[1]
  return matrix(rows, columns, (index) => {
    let sum = 0
    const [row, column] = [Math.floor(index / columns), index % columns]
    for (let i = 0; i < inner; i++) sum += Number(a.values[row * inner + i]) * Number(b.values[i * columns + column])
    return sum
  })
}
