// A mean over examples, with its standard error.

/** A value averaged over examples. */
export interface Estimate {
  /** The mean over examples. */
  readonly mean: number
  /** The standard error of that mean: the examples' standard deviation divided by the root of their number; 0 for one. */
  readonly standardError: number
}

/** The mean of some numbers and its standard error; 0 for a single one. */
export function estimateOf(values: ArrayLike<number>): Estimate {
  let mean = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    const distance = Number(values[i]) - mean
    mean += distance / (i + 1)
    squares += distance * (Number(values[i]) - mean)
  }
  return { mean, standardError: Math.sqrt(squares / Math.max(1, values.length - 1) / values.length) }
}
