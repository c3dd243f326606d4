// Classification of codes by their nearest neighbours: Cover and Hart, Nearest neighbor pattern classification, 1967.
import { assertOptions, oneOf, positiveInteger } from '@ae/core/internal'
import type { MeanEstimate } from '../estimate.ts'
import type { LabelledCodes } from './codes.ts'
import { readPair, shareOf } from './labelled-codes.ts'
import { assertEnough, nearestRows, scaledFor } from './nearest-codes.ts'

/** Options of {@link nearestNeighbors}. */
export interface NearestNeighborsOptions {
  /** How many neighbours vote, a positive integer of at most the number of training codes. Defaults to 5. */
  readonly neighbors?: number | undefined
  /** How far codes are apart: `euclidean`, or `cosine`, 1 less the cosine of their angle. Defaults to `euclidean`. */
  readonly distance?: 'euclidean' | 'cosine' | undefined
}

/** What {@link nearestNeighbors} gives. */
export interface NearestNeighbors {
  /** The share of the test codes whose label most of their neighbours have, with its standard error. */
  readonly accuracy: MeanEstimate
  /** The label that the neighbours of each test code vote for. */
  readonly predictions: Int32Array
}

/**
 * How well the labels of the nearest training codes predict the label of a test code. Every neighbour has one vote; of labels with
 * equally many the smallest wins, as in scikit-learn. Of training codes at the same distance the earlier one is nearer. Each test code
 * is compared with each training code.
 *
 * @param train codes whose labels are known; borrowed
 * @param test codes of other examples; borrowed
 * @param options see {@link NearestNeighborsOptions}
 * @throws {OptionError} on a bad option, more neighbours than training codes, labels that are not integers or not one for each code,
 *   codes that are not finite, test codes of another length, or with `cosine` a code of zeros
 * @throws {ShapeError} when rows differ in length
 */
export async function nearestNeighbors(
  train: LabelledCodes,
  test: LabelledCodes,
  options: NearestNeighborsOptions = {},
): Promise<NearestNeighbors> {
  assertOptions('nearestNeighbors', options, {
    neighbors: positiveInteger,
    distance: oneOf('euclidean', 'cosine'),
  })
  const { neighbors = 5, distance = 'euclidean' } = options
  const pair = await readPair('nearestNeighbors', train, test)
  assertEnough('nearestNeighbors', 'training codes', pair.train.codes.count, neighbors)
  const scaled = (name: 'train' | 'test') => scaledFor(distance, 'nearestNeighbors', name, pair[name].codes)
  const nearest = await nearestRows(scaled('train'), scaled('test'), neighbors)
  const { indices, values } = pair.train.classes
  const votes = new Int32Array(values.length)
  const predictions = Int32Array.from({ length: pair.test.codes.count }, (_, i) => {
    votes.fill(0)
    for (const row of nearest.subarray(i * neighbors, (i + 1) * neighbors)) {
      const place = indices[row] as number
      votes[place] = (votes[place] as number) + 1
    }
    return values[votes.indexOf(votes.reduce((most, count) => Math.max(most, count)))] as number
  })
  const actual = pair.test.classes
  return {
    predictions,
    accuracy: shareOf(predictions, (label, i) => label === actual.values[actual.indices[i] as number]),
  }
}
