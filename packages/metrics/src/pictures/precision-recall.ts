// Precision and recall of a set of pictures, from the neighbourhoods of their features.
// Kynkäänniemi, Karras, Laine, Lehtinen and Aila, Improved precision and recall metric for assessing generative models, 2019.
import { estimateOf, type MeanEstimate } from '../estimate.ts'
import type { Features } from './feature-pair.ts'
import { type NeighbourOptions, neighbourPair } from './neighbour-options.ts'
import { membership, squaredRadii } from './neighbourhoods.ts'

/** What {@link precisionRecall} gives: shares, from 0 to 1. */
export interface PrecisionRecall {
  /** The share of the judged pictures that lie near one of the reference: how many are realistic. */
  readonly precision: MeanEstimate
  /** The share of the reference that lies near a judged picture: how much of it is covered. */
  readonly recall: MeanEstimate
}

/**
 * How much of a set of pictures lies within the neighbourhoods of the reference, and the other way round. A neighbourhood is the
 * ball around a picture's features that reaches its k-th nearest neighbour in its own set. Compare figures only for the same k, the
 * same numbers of pictures and the same features; the paper takes k = 3 and 50,000 pictures.
 *
 * @param features what is judged: `[count, size]`, more rows than `k`; borrowed
 * @param reference what it is judged by, of the same size; borrowed
 * @param options see {@link NeighbourOptions}; `k` defaults to 3
 * @returns shares, whose standard errors are over the pictures for given neighbourhoods. The cost grows with the product of the counts
 * @throws {OptionError} on a bad option, when they are not features, not finite, or of different sources
 * @throws {ShapeError} when the sizes differ or there are too few rows
 */
export async function precisionRecall(
  features: Features,
  reference: Features,
  options: NeighbourOptions = {},
): Promise<PrecisionRecall> {
  const { k, judged, judge, described } = await neighbourPair('precisionRecall', features, reference, options, 3)
  const near = await membership(judged, judge, await squaredRadii(judge, k))
  const covered = await membership(judge, judged, await squaredRadii(judged, k))
  const share = (counts: Uint32Array, what: string) =>
    estimateOf(
      counts.map(Number).map((count) => Math.min(1, count)),
      {
        unit: '1',
        estimator: `${what}, k = ${k}: ${described}`,
      },
    )
  return { precision: share(near.ballsOfPoint, 'precision'), recall: share(covered.ballsOfPoint, 'recall') }
}
