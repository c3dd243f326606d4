// How often numbers fall in each of some bins of equal width: behind every histogram of these packages.

/** The bins of a histogram. */
export interface BinRange {
  /** Where the first bin begins; no value is below. */
  readonly minimum: number
  /** Where the last bin ends, which holds this value too; none is above. */
  readonly maximum: number
  /** How many bins, at least 1. */
  readonly bins: number
}

/** How many of the values are in each bin; in the first where `minimum` is `maximum`. */
export function countInBins(values: ArrayLike<number>, { minimum, maximum, bins }: BinRange): number[] {
  const counts = new Array<number>(bins).fill(0)
  const width = (maximum - minimum) / bins
  for (let i = 0; i < values.length; i++) {
    const bin = width === 0 ? 0 : Math.min(bins - 1, Math.floor(((values[i] as number) - minimum) / width))
    counts[bin] = (counts[bin] as number) + 1
  }
  return counts
}
