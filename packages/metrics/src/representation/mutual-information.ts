// The mutual information of integers that belong to the same examples, nats.
import type { Classes } from './codes.ts'

/** How often values come together. */
export interface JointCounts {
  /** `[rows, columns]`, row after row. */
  readonly counts: Float64Array
  /** How often each value of the first comes. */
  readonly rows: Float64Array
  /** How often each value of the second comes. */
  readonly columns: Float64Array
  /** How many examples. */
  readonly total: number
}

/** Counts pairs of values; both are of the same examples. */
export function jointCounts(first: Classes, second: Classes): JointCounts {
  const width = second.values.length
  const counts = new Float64Array(first.values.length * width)
  const rows = new Float64Array(first.values.length)
  const columns = new Float64Array(width)
  for (const [i, row] of first.indices.entries()) {
    const column = second.indices[i] as number
    counts[row * width + column] = (counts[row * width + column] as number) + 1
    rows[row] = (rows[row] as number) + 1
    columns[column] = (columns[column] as number) + 1
  }
  return { counts, rows, columns, total: first.indices.length }
}

/** sum over pairs of p(a, b) log(p(a, b) / (p(a) p(b))), nats, at least 0. */
export function mutualInformation({ counts, rows, columns, total }: JointCounts): number {
  let sum = 0
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue
    const expected = (rows[Math.floor(i / columns.length)] as number) * (columns[i % columns.length] as number)
    sum += (count / total) * Math.log((count * total) / expected)
  }
  return Math.max(0, sum)
}

/** The entropy of a value that comes so often, nats. */
export function entropyOf(counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return -counts.reduce((sum, count) => (count === 0 ? sum : sum + (count / total) * Math.log(count / total)), 0)
}
