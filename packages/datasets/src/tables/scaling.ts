// How numbers are scaled to be trained on, and back. Each is fitted to the known values of a column, in float64.
import { normalQuantile } from '@ae/core'
import { fitModes } from './modes.ts'

/**
 * `standard`: mean 0 and standard deviation 1. `minMax`: from 0 to 1. `quantile`: by their ranks to a normal distribution, whatever
 * theirs is. `modes`: a mixture of Gaussians is fitted; a value is the index of its Gaussian, one-hot, and its distance from that
 * Gaussian's mean in standard deviations.
 */
export type Scaling = 'standard' | 'minMax' | 'quantile' | 'modes'

/** A fitted scaling as JSON. */
export type FittedScaling =
  | { readonly kind: 'standard' | 'minMax'; readonly shift: number; readonly scale: number }
  | {
      readonly kind: 'quantile'
      /** Values, rising. */
      readonly values: readonly number[]
      /** For each the share of values below it, and up to it. */
      readonly below: readonly number[]
      readonly upTo: readonly number[]
    }
  | {
      readonly kind: 'modes'
      readonly means: readonly number[]
      readonly deviations: readonly number[]
      readonly weights: readonly number[]
    }

/** Fits a scaling to values that are all known, at least one. */
export function fitScaling(kind: Scaling, values: Float64Array): FittedScaling {
  if (kind === 'quantile') return fitQuantiles(values)
  if (kind === 'modes') return { kind, ...fitModes(values) }
  if (kind === 'minMax') {
    const [minimum, maximum] = extremesOf(values)
    return { kind, shift: minimum, scale: maximum - minimum || 1 }
  }
  const mean = averageOf(values)
  const [minimum, maximum] = extremesOf(values)
  const unit = Math.max(maximum - mean, mean - minimum) || 1 // squares of large numbers overflow
  const variance = values.reduce((sum, x) => sum + ((x - mean) / unit) ** 2 / values.length, 0)
  return { kind, shift: mean, scale: unit * Math.sqrt(variance) || 1 }
}

/** How many features a value has. */
export function featuresOf(scaling: FittedScaling): number {
  return 1 + modesOf(scaling)
}

/** How many of them are the group of modes: none for a single one. */
export function modesOf(scaling: FittedScaling): number {
  return scaling.kind === 'modes' && scaling.means.length > 1 ? scaling.means.length : 0
}

/** Writes a value's features at `at`. */
export function scale(scaling: FittedScaling, value: number, out: Float32Array, at: number): void {
  if (scaling.kind === 'quantile') out[at] = normalQuantile(shareOf(scaling, value))
  else if (scaling.kind === 'modes') {
    const mode = likeliestMode(scaling, value)
    out[at] = (value - (scaling.means[mode] as number)) / (scaling.deviations[mode] as number)
    if (scaling.means.length > 1) out[at + 1 + mode] = 1
  } else out[at] = (value - scaling.shift) / scaling.scale
}

/** The value of features at `at`; of modes, the one with the greatest feature. */
export function unscale(scaling: FittedScaling, features: Float32Array, at: number): number {
  const z = features[at] as number
  if (scaling.kind === 'quantile') return valueAt(scaling, normalShare(z))
  if (scaling.kind !== 'modes') return z * scaling.scale + scaling.shift
  let mode = 0
  for (let i = 1; i < scaling.means.length; i++) {
    if ((features[at + 1 + i] as number) > (features[at + 1 + mode] as number)) mode = i
  }
  return z * (scaling.deviations[mode] as number) + (scaling.means[mode] as number)
}

/** Smallest and largest. */
export function extremesOf(values: Float64Array): [number, number] {
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  return [minimum, maximum]
}

/** Divided before they are added: no sum overflows. */
function averageOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x / values.length, 0)
}

/** How many values a fitted `quantile` keeps at most: files stay small, and between two of them it is linear. */
const mostQuantiles = 1000

function fitQuantiles(values: Float64Array): FittedScaling {
  const sorted = values.slice().sort()
  const count = sorted.length
  const all: { value: number; below: number; upTo: number }[] = []
  for (let first = 0; first < count; ) {
    let end = first
    while (end < count && sorted[end] === sorted[first]) end++
    all.push({ value: sorted[first] as number, below: first / count, upTo: end / count })
    first = end
  }
  // Half of them evenly by rank, half evenly by normal quantile, which is dense where tails are long; and all frequent values.
  const half = mostQuantiles / 4
  const furthest = normalQuantile(1 - 0.5 / count)
  const ranks = Array.from({ length: half + 1 }, (_, i) => [
    i / half,
    normalShare(furthest * ((2 * i) / half - 1)),
  ]).flat()
  const chosen = new Set([0, all.length - 1, ...ranks.map((share) => Math.round(share * (all.length - 1)))])
  const kept = all.filter(({ below, upTo }, i) => chosen.has(i) || upTo - below > 2 / mostQuantiles)
  return {
    kind: 'quantile',
    values: kept.map(({ value }) => value),
    below: kept.map(({ below }) => below),
    upTo: kept.map(({ upTo }) => upTo),
  }
}

type Quantiles = Extract<FittedScaling, { readonly kind: 'quantile' }>

/** The share of values below a value, and half of those equal to it: never 0 or 1. */
function shareOf({ values, below, upTo }: Quantiles, value: number): number {
  const middle = (i: number) => ((below[i] as number) + (upTo[i] as number)) / 2
  const i = lastUpTo(values, value)
  if (i < 0) return middle(0)
  if (values[i] === value || i === values.length - 1) return middle(i)
  const [low, high] = [values[i] as number, values[i + 1] as number]
  const along = (value - low) / (high - low)
  return (upTo[i] as number) + along * ((below[i + 1] as number) - (upTo[i] as number))
}

function valueAt({ values, below, upTo }: Quantiles, share: number): number {
  const i = lastUpTo(below, share)
  if (i < 0) return values[0] as number
  if (share <= (upTo[i] as number) || i === values.length - 1) return values[i] as number
  const [low, high] = [values[i] as number, values[i + 1] as number]
  const along = (share - (upTo[i] as number)) / ((below[i + 1] as number) - (upTo[i] as number))
  return low + along * (high - low)
}

/** The index of the last of rising numbers that is not above x; -1 if all are. */
function lastUpTo(rising: readonly number[], x: number): number {
  let [low, high] = [-1, rising.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((rising[middle] as number) <= x) low = middle
    else high = middle - 1
  }
  return low
}

/** The normal distribution function to 1.2e-7, by a Chebyshev fit of erfc: Press et al., Numerical Recipes, section 6.2. */
function normalShare(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + x / 2)
  const tail = (t / 2) * Math.exp(-x * x + erfc.reduceRight((sum, coefficient) => sum * t + coefficient, 0))
  return z < 0 ? tail : 1 - tail
}

const erfc = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
]

type Modes = Extract<FittedScaling, { readonly kind: 'modes' }>

function likeliestMode({ means, deviations, weights }: Modes, value: number): number {
  const score = (i: number) => {
    const deviation = deviations[i] as number
    return Math.log((weights[i] as number) / deviation) - 0.5 * ((value - (means[i] as number)) / deviation) ** 2
  }
  let best = 0
  for (let i = 1; i < means.length; i++) if (score(i) > score(best)) best = i
  return best
}
