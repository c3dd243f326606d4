// How far two sets of points are from samples of one distribution: the maximum mean discrepancy.
// Gretton, Borgwardt, Rasch, Schoelkopf and Smola, A Kernel Two-Sample Test, 2012, lemma 6.
import { ShapeError } from '@ae/core'
import { assertOption, assertOptions, oneOf, positiveInteger, positiveNumber } from '@ae/core/internal'
import type { Estimate } from './estimate.ts'
import { finiteNumbersOption } from './numbers-option.ts'

/** Options of {@link maximumMeanDiscrepancy}. */
export interface DiscrepancyOptions {
  /** The length of one point, a positive integer. */
  readonly size: number
  /**
   * The kernel of two points at the squared distance d: `rbf` is exp(-d / (2 scale^2)), `imq`, the inverse multiquadratic of
   * Wasserstein autoencoders, scale^2 / (scale^2 + d), which falls slowly and so also notices what is far away. Defaults to `rbf`.
   */
  readonly kernel?: 'rbf' | 'imq' | undefined
  /**
   * The kernel's scale, in the unit of the points, above 0. Defaults to the root of `size`, for points whose coordinates have a
   * variance near 1.
   */
  readonly scale?: number | undefined
}

/**
 * The squared maximum mean discrepancy of two sets of as many points, by its unbiased estimator (the mean over pairs i != j of
 * k(x_i, x_j) + k(y_i, y_j) - k(x_i, y_j) - k(x_j, y_i)): 0 in expectation for samples of one distribution, so that a value below 0
 * is chance.
 * The cost is count^2 * size.
 *
 * @param x points, one after the other, `count * size` numbers, with at least 2 points; borrowed
 * @param y as many; borrowed
 * @param options see {@link DiscrepancyOptions}
 * @returns without a unit; its standard error is that of a U-statistic of the first order, too small where the two
 *   distributions are the same
 * @throws {OptionError} on a bad option, or points that are not finite numbers
 * @throws {ShapeError} when the two are not as many whole points
 * @see "A Kernel Two-Sample Test", Gretton, Borgwardt, Rasch, Schoelkopf and Smola, 2012, lemma 6
 */
export function maximumMeanDiscrepancy(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: DiscrepancyOptions,
): Estimate {
  assertOptions('maximumMeanDiscrepancy', options, {
    size: positiveInteger,
    kernel: oneOf('rbf', 'imq'),
    scale: positiveNumber,
  })
  assertOption('maximumMeanDiscrepancy', 'size', options.size, positiveInteger)
  assertOption('maximumMeanDiscrepancy', 'x', x, finiteNumbersOption)
  assertOption('maximumMeanDiscrepancy', 'y', y, finiteNumbersOption)
  const { size, kernel = 'rbf', scale = Math.sqrt(size) } = options
  const [a, b] = [Float64Array.from(x), Float64Array.from(y)]
  const count = a.length / size
  if (a.length !== b.length || !Number.isInteger(count) || count < 2) {
    throw new ShapeError('`maximumMeanDiscrepancy` received points that cannot be compared.', {
      facts: {
        Expected: `x and y of the same 2 or more points of ${size}`,
        Received: `${a.length} and ${b.length} numbers`,
      },
      fix: 'pass as many numbers in both, one point after the other, and the length of a point as `size`',
    })
  }
  const similarity =
    kernel === 'rbf'
      ? (distance: number) => Math.exp(-distance / (2 * scale * scale))
      : (distance: number) => (scale * scale) / (scale * scale + distance)
  const sums = new Float64Array(count) // over all others, for each pair of an x and a y
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const between = (p: Float64Array, k: number, q: Float64Array, l: number) =>
        similarity(squaredDistance(p, k * size, q, l * size, size))
      const h = between(a, i, a, j) + between(b, i, b, j) - between(a, i, b, j) - between(a, j, b, i)
      sums[i] = (sums[i] as number) + h
      sums[j] = (sums[j] as number) + h
    }
  }
  const means = sums.map((sum) => sum / (count - 1))
  const value = means.reduce((sum, mean) => sum + mean, 0) / count
  const variance = means.reduce((sum, mean) => sum + (mean - value) ** 2, 0) / (count - 1)
  return {
    value,
    standardError: 2 * Math.sqrt(variance / count),
    unit: '1',
    estimator: `unbiased squared MMD of ${count} points, ${kernel} kernel of scale ${Number(scale.toPrecision(3))}`,
    isBound: false,
  }
}

function squaredDistance(p: Float64Array, at: number, q: Float64Array, from: number, size: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) {
    const difference = (p[at + i] as number) - (q[from + i] as number)
    sum += difference * difference
  }
  return sum
}
