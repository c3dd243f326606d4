// What the measures of neighbourhoods take.
import { assertOptions, positiveInteger } from '@ae/core/internal'
import type { Codes } from '../representation/codes.ts'
import { type Features, featurePair } from './feature-pair.ts'

/** Options of `precisionRecall` and `densityCoverage`. */
export interface NeighbourOptions {
  /** Which neighbour a neighbourhood reaches, itself left out: a positive integer. Defaults to that of the paper. */
  readonly k?: number | undefined
}

/** The options completed, and the features read. */
export async function neighbourPair(
  functionName: string,
  features: Features,
  reference: Features,
  options: NeighbourOptions,
  usual: number,
): Promise<{ readonly k: number; readonly judged: Codes; readonly judge: Codes; readonly described: string }> {
  assertOptions(functionName, options, { k: positiveInteger })
  const { k = usual } = options
  const pair = await featurePair(functionName, features, reference, k + 1)
  return { k, judged: pair.features, judge: pair.reference, described: pair.described }
}
