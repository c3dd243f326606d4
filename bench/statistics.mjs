// Statistics of repeated measurements.

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  return quantile(values, 0.5)
}

/** The value below which the given share of the others lies, by linear interpolation. */
export function quantile(values, share) {
  if (values.length === 0) throw new Error('a quantile needs at least one value')
  const sorted = values.toSorted((a, b) => a - b)
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (position - below) * (sorted[above] - sorted[below])
}

/**
 * How many times as fast the first is: the median of the ratios of single rounds, so that a drift of the machine that affects
 * both cancels. Rounds in which one of them did not run are left out.
 *
 * @param ours one figure per round, undefined where there is none
 * @param theirs the same
 * @returns undefined if there is no round with both
 */
export function ratioByRounds(ours, theirs) {
  const ratios = ours.flatMap((figure, i) => (figure === undefined || !theirs[i] ? [] : [figure / theirs[i]]))
  return ratios.length === 0 ? undefined : median(ratios)
}

/** The number rounded to three significant digits, or to an integer from 100 on. */
export function rounded(value) {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
