// Density and coverage of a set of pictures, from the neighbourhoods of the reference.
// Naeem, Oh, Uh, Choi and Yoo, Reliable fidelity and diversity metrics for generative models, 2020, equations 3 and 4.
import { estimateOf, type MeanEstimate } from '../estimate.ts'
import type { Features } from './feature-pair.ts'
import { type NeighbourOptions, neighbourPair } from './neighbour-options.ts'
import { membership, squaredRadii } from './neighbourhoods.ts'

/** What {@link densityCoverage} gives. */
export interface DensityCoverage {
  /** How many neighbourhoods of the reference a judged picture lies in, divided by k: about 1 for pictures like the reference, may be above. */
  readonly density: MeanEstimate
  /** The share of the neighbourhoods of the reference that hold a judged picture, from 0 to 1. */
  readonly coverage: MeanEstimate
}

/**
 * How densely a set of pictures lies within the neighbourhoods of the reference, and how many of these it reaches. An outlier among
 * the reference, whose neighbourhood is large, counts less than in `precisionRecall`. Compare figures only for the same k, the same
 * numbers of pictures and the same features.
 *
 * @param features what is judged: `[count, size]`, more rows than `k`; borrowed
 * @param reference what it is judged by, of the same size; borrowed
 * @param options see {@link NeighbourOptions}; `k` defaults to 5
 * @returns with standard errors over the pictures for given neighbourhoods. The cost grows with the product of the counts
 * @throws {OptionError} on a bad option, when they are not features, not finite, or of different sources
 * @throws {ShapeError} when the sizes differ or there are too few rows
 */
export async function densityCoverage(
  features: Features,
  reference: Features,
  options: NeighbourOptions = {},
): Promise<DensityCoverage> {
  const { k, judged, judge, described } = await neighbourPair('densityCoverage', features, reference, options, 5)
  const { ballsOfPoint, isBallFilled } = await membership(judged, judge, await squaredRadii(judge, k))
  const kind = (what: string) => ({ unit: '1', estimator: `${what}, k = ${k}: ${described}` })
  return {
    density: estimateOf(
      Array.from(ballsOfPoint, (count) => count / k),
      kind('density'),
    ),
    coverage: estimateOf(isBallFilled, kind('coverage')),
  }
}
