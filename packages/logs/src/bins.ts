// The histogram of some numbers: 30 bins of equal width, as `tf.summary.histogram` counts them.
import { countInBins } from '@ae/core/internal'
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
  const counts = countInBins(values, { minimum, maximum, bins })
  const limits = counts.map((_, bin) => (bin === bins - 1 ? maximum : minimum + (bin + 1) * width))
  return { minimum, maximum, sum, sumOfSquares, limits, counts }
}
