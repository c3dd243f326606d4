// What every measure gives: a figure with its unit, how it was estimated, how far off it may be, and whether it is a bound.

/** A measured figure. Plain data, which `JSON.stringify` keeps whole. */
export interface Estimate {
  /** The figure, in `unit`. */
  readonly value: number
  /**
   * The standard error of `value`, in `unit`, of what `estimator` names: of a mean over examples, their standard deviation
   * divided by the root of their number (0 for a single one). Undefined where none is known.
   */
  readonly standardError?: number | undefined
  /** The unit: `nats`, `dB`, ...; `1` for a plain number, such as a share or a score. */
  readonly unit: string
  /** How the figure was computed, in a few words, e.g. `importance sampling, 5000 codes per example`. */
  readonly estimator: string
  /**
   * Whether what is estimated is a bound on the quantity instead of the quantity itself: more samples of the data do not
   * remove the distance. `estimator` says on which side it lies.
   */
  readonly isBound: boolean
}

/** An average over examples, whose standard error is known. */
export interface MeanEstimate extends Estimate {
  /** The standard error of the mean: the examples' standard deviation divided by the root of their number; 0 for one. */
  readonly standardError: number
}

/** What an {@link Estimate} says of itself. */
export type EstimateKind = Pick<Estimate, 'unit' | 'estimator'> & Partial<Pick<Estimate, 'isBound'>>

/** The mean of some numbers and its standard error; 0 for a single one. `isBound` defaults to false. */
export function estimateOf(
  values: ArrayLike<number>,
  { unit, estimator, isBound = false }: EstimateKind,
): MeanEstimate {
  let mean = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    const distance = Number(values[i]) - mean
    mean += distance / (i + 1)
    squares += distance * (Number(values[i]) - mean)
  }
  const standardError = Math.sqrt(squares / Math.max(1, values.length - 1) / values.length)
  return { value: mean, standardError, unit, estimator, isBound }
}
