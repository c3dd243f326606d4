// The inverse of the normal distribution function: Wichura, "Algorithm AS 241: the percentage points of the normal
// distribution", 1988, routine PPND16.
import { assertOption, probabilityOption } from '../checks/options.ts'

/**
 * The quantile of the standard normal distribution: the number that a draw is below with a given probability.
 *
 * @param probability in [0, 1]
 * @returns the quantile, with a relative error of at most 1e-14, down to that of the smallest probability above 0, -38.5; minus
 *   infinity at 0 and plus infinity at 1
 * @throws {OptionError} when the probability is not in [0, 1], or not a number
 * @see "Algorithm AS 241: the percentage points of the normal distribution", Wichura, 1988
 */
export function normalQuantile(probability: number): number {
  assertOption('normalQuantile', 'probability', probability, probabilityOption)
  const q = probability - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(middle, r)) / polynomial(belowMiddle, r)
  }
  const tail = q < 0 ? probability : 1 - probability
  const t = Math.sqrt(-Math.log(tail))
  const size =
    t === Number.POSITIVE_INFINITY
      ? t
      : t <= 5
        ? polynomial(near, t - 1.6) / polynomial(belowNear, t - 1.6)
        : polynomial(far, t - 5) / polynomial(belowFar, t - 5)
  return q < 0 ? -size : size
}

/** The first coefficient is that of the highest power. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient)
}

// Numerators and denominators, rounded to float64.
const middle = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
]
const belowMiddle = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
]
const near = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
]
const belowNear = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
]
const far = [
  2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
]
const belowFar = [
  2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
]
