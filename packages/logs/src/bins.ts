// The histogram of some numbers: 30 bins of equal width, as `tf.summary.histogram` counts them.
import type { Bins } from './events.ts'

const most = 30

/**
 * Counts numbers.
 *
 * @param values finite, at least one
 */
export function binsOf(values: ArrayLike<number>): Bins {
  let [minimum, maximum, sum, sumOfSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    minimum = Math.min(minimum, value)
    maximum = Math.max(maximum, value)
    sum += value
    sumOfSquares += value * value
  }
  const bins = maximum > minimum ? most : 1
  const width = (maximum - minimum) / bins
  const counts = new Array<number>(bins).fill(0)
  for (let i = 0; i < values.length; i++) {
    const bin = width === 0 ? 0 : Math.min(bins - 1, Math.floor(((values[i] as number) - minimum) / width))
    counts[bin] = (counts[bin] as number) + 1
  }
  const limits = counts.map((_, bin) => (bin === bins - 1 ? maximum : minimum + (bin + 1) * width))
  return { minimum, maximum, sum, sumOfSquares, limits, counts }
}
