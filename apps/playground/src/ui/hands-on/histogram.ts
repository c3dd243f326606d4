// Typical scores as a histogram, and where one score stands among them.

/** A histogram of sorted values. */
export interface Histogram {
  readonly low: number
  readonly high: number
  /** Counts of equally wide bins from `low` to `high`. */
  readonly counts: readonly number[]
}

/**
 * Counts values in bins. The range leaves out the last two of a hundred typical values, and always holds `value`.
 *
 * @param typical in ascending order, at least one
 * @param value the score to compare
 * @param bins how many
 */
export function histogramOf(typical: Float32Array, value: number, bins: number): Histogram {
  const at = (share: number) => typical[Math.min(typical.length - 1, Math.floor(share * typical.length))] ?? 0
  const low = Math.min(at(0), value)
  const high = Math.max(at(0.98), value, low + 1e-6)
  const counts = Array<number>(bins).fill(0)
  for (const each of typical) {
    const bin = Math.min(bins - 1, Math.floor(((each - low) / (high - low)) * bins))
    if (each <= high) counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { low, high, counts }
}

/** The share of typical scores below a score. */
export function shareBelow(typical: Float32Array, value: number): number {
  const below = typical.reduce((sum, each) => sum + (each < value ? 1 : 0), 0)
  return typical.length === 0 ? 0 : below / typical.length
}

/** What that share means, in words. */
export function verdict(share: number): string {
  if (share > 0.99) return 'nothing like the data: an anomaly'
  if (share > 0.95) return 'unusual'
  if (share > 0.75) return 'a little unusual'
  return 'as the data usually is'
}
