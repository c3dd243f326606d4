// Numbers with a shape in float64, and what the oracles of kernels need of them.
// By its path: @ae/core uses this package, so that this package cannot depend on it.
import { normals } from '../../../packages/core/src/random/random.ts'

/** Numbers with a shape, row by row. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** Numbers computed one by one. */
export function computed(shape: readonly number[], value: (at: number) => number): Numbers {
  const count = shape.reduce((product, length) => product * length, 1)
  return { shape, values: Array.from({ length: count }, (_, at) => value(at)) }
}

/** Standard normal numbers that float32 holds exactly, times `scale`; the same for the same name. */
export function numbers(name: string, shape: readonly number[], scale = 1): Numbers {
  const count = shape.reduce((product, length) => product * length, 1)
  const drawn = normals(name, {}, count)
  return computed(shape, (at) => Math.fround(Number(drawn[at]) * scale))
}

/** A function of the values at the same place. */
export function each(f: (...values: number[]) => number, first: Numbers, ...rest: readonly Numbers[]): Numbers {
  return computed(first.shape, (at) => f(...[first, ...rest].map(({ values }) => Number(values[at]))))
}

/** A number for each row, `[rows]` -> `[rows, columns]`, the same in every column. */
export function along(row: Numbers, columns: number): Numbers {
  return computed([...row.shape, columns], (at) => Number(row.values[Math.floor(at / columns)]))
}

/** `a b`. */
export function product(a: Numbers, b: Numbers): Numbers {
  const [[rows = 0, inner = 0], [, columns = 0]] = [a.shape, b.shape]
  return computed([rows, columns], (at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    let sum = 0
    for (let k = 0; k < inner; k++) sum += Number(a.values[row * inner + k]) * Number(b.values[k * columns + column])
    return sum
  })
}

/** Rows for columns. */
export function transpose({ shape: [rows = 0, columns = 0], values }: Numbers): Numbers {
  return computed([columns, rows], (at) => Number(values[(at % rows) * columns + Math.floor(at / rows)]))
}

/** The sum of each column of a matrix. */
export function columnSums({ shape: [rows = 0, columns = 0], values }: Numbers): Numbers {
  return computed([columns], (column) => {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += Number(values[row * columns + column])
    return sum
  })
}

/** The sum of each row of a matrix. */
export function rowSums(matrix: Numbers): Numbers {
  return columnSums(transpose(matrix))
}
