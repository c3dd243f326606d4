// What the accuracy of a kernel is measured by, and loops in float64 as plain as the formulas.

/** What a kernel gave, and what it should have given. */
export interface Outcome {
  readonly actual: ArrayLike<number>
  readonly expected: ArrayLike<number>
  /** What each error is a part of; the magnitude of `expected` unless given. */
  readonly scale?: ArrayLike<number>
}

/** A kernel, on inputs of a stated size. */
export interface AccuracyCase {
  readonly name: string
  /** The shapes, or how many numbers from where to where. */
  readonly size: string
  /** What the error is relative to. */
  readonly measure: 'the number' | 'its terms' | 'the largest'
  /** No error is larger. */
  readonly bound: number
  readonly run: () => Outcome
}

/** a [m, k] times b [k, n], steps in rows and columns; and the sums of the terms' magnitudes. */
export function product(
  a: ArrayLike<number>,
  [aRow = 0, aColumn = 0]: readonly number[],
  b: ArrayLike<number>,
  [bRow = 0, bColumn = 0]: readonly number[],
  [m, k, n]: readonly [m: number, k: number, n: number],
): { expected: Float64Array; scale: Float64Array } {
  const [expected, scale] = [new Float64Array(m * n), new Float64Array(m * n)]
  for (let row = 0; row < m; row++) {
    for (let inner = 0; inner < k; inner++) {
      const left = at(a, row * aRow + inner * aColumn)
      for (let column = 0; column < n; column++) {
        const term = left * at(b, inner * bRow + column * bColumn)
        expected[row * n + column] = at(expected, row * n + column) + term
        scale[row * n + column] = at(scale, row * n + column) + Math.abs(term)
      }
    }
  }
  return { expected, scale }
}

/** The sums of a term over each row. */
export function rowSums(rows: number, columns: number, term: (i: number) => number): number[] {
  return Array.from({ length: rows }, (_, row) => {
    let sum = 0
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += term(i)
    return sum
  })
}

/** The largest magnitude, once for each number. */
export function largestOf(values: readonly number[]): number[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return values.map(() => largest)
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** The number at a place that exists. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] as number
}
