// What repeated measurements are reduced to.

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  return quantile(values, 0.5)
}

/** The value below which a share of the others lies, between the two nearest by their distance. */
export function quantile(values, share) {
  if (values.length === 0) throw new Error('a quantile needs at least one value')
  const sorted = values.toSorted((a, b) => a - b)
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (position - below) * (sorted[above] - sorted[below])
}

/**
 * How many times as fast the first is: the median over rounds, each round by itself, so that what the machine does to both
 * cancels. Rounds that one of them did not run in are left out.
 *
 * @param ours a figure a round, undefined where there is none
 * @param theirs the same
 * @returns undefined without a round of both
 */
export function ratioByRounds(ours, theirs) {
  const ratios = ours.flatMap((figure, i) => (figure === undefined || !theirs[i] ? [] : [figure / theirs[i]]))
  return ratios.length === 0 ? undefined : median(ratios)
}

/** A number with three significant digits; whole from 100 on. */
export function rounded(value) {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
