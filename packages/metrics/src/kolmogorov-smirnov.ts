// How far numbers are from samples of N(0, 1), as the prior of a latent is.
import { assertOption } from '@ae/core/internal'
import type { Estimate } from './estimate.ts'
import { finiteNumbersOption } from './numbers-option.ts'

/** What {@link kolmogorovSmirnov} gives. */
export interface KolmogorovSmirnov extends Estimate {
  /** The probability of a distance as large or larger if the numbers were of N(0, 1), for many of them (asymptotic). */
  readonly pValue: number
}

/**
 * The largest distance between the distribution function of some numbers and that of N(0, 1), from 0 to 1, as SciPy's
 * `kstest(values, 'norm', method='asymp')` has it.
 *
 * @param values at least one; borrowed
 * @returns without a unit
 * @throws {OptionError} on values that are not finite numbers
 */
export function kolmogorovSmirnov(values: ArrayLike<number>): KolmogorovSmirnov {
  assertOption('kolmogorovSmirnov', 'values', values, finiteNumbersOption)
  const sorted = Float64Array.from(values).sort()
  const count = sorted.length
  const distance = sorted.reduce((largest, x, i) => {
    const below = normalDistribution(x)
    return Math.max(largest, (i + 1) / count - below, below - i / count)
  }, 0)
  return {
    value: distance,
    unit: '1',
    estimator: `Kolmogorov-Smirnov distance of ${count} values from N(0, 1)`,
    isBound: false,
    pValue: kolmogorovTail(Math.sqrt(count) * distance),
  }
}

/** P(N(0, 1) <= x), to a relative error of 1.2e-7: Press et al., Numerical Recipes, section 6.2, `erfcc`. */
export function normalDistribution(x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  const t = 1 / (1 + 0.5 * z)
  const exponent = erfcCoefficients.reduceRight((sum, coefficient) => coefficient + t * sum, 0)
  const tail = (t * Math.exp(-z * z + exponent)) / 2
  return x > 0 ? 1 - tail : tail
}

const erfcCoefficients = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
]

/** P(K > x) of Kolmogorov's distribution; for a small x by the form that converges there. */
function kolmogorovTail(x: number): number {
  if (x < 0.2) return 1
  const terms = Array.from({ length: 20 }, (_, i) => i + 1)
  if (x < 1) {
    const sum = terms.reduce((total, k) => total + Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * x * x)), 0)
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum
  }
  return 2 * terms.reduce((total, k) => total - (-1) ** k * Math.exp(-2 * k * k * x * x), 0)
}
