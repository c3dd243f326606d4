// Classification of codes by their nearest neighbours: Cover and Hart, Nearest neighbor pattern classification, 1967.
import { OptionError } from '@ae/core'
import { assertOptions, oneOf, positiveInteger, yieldToTasks } from '@ae/core/internal'
import type { MeanEstimate } from '../estimate.ts'
import type { Codes, LabelledCodes } from './codes.ts'
import { readPair, shareOf } from './labelled-codes.ts'

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
  if (neighbors > pair.train.codes.count) {
    throw new OptionError('`nearestNeighbors` received fewer training codes than `neighbors`.', {
      facts: { Expected: `at least ${neighbors}`, Received: String(pair.train.codes.count) },
      fix: 'pass more training codes, or fewer neighbors',
    })
  }
  const scale = (codes: Codes, name: string) => (distance === 'cosine' ? unitRows(codes, name) : codes)
  const nearest = await nearestRows(scale(pair.train.codes, 'train'), scale(pair.test.codes, 'test'), neighbors)
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

/**
 * The rows of `codes` that lie nearest to each of `queries`, nearest first.
 *
 * @param neighbors how many, at most `codes.count`
 * @returns `[queries, neighbors]`
 */
export async function nearestRows(codes: Codes, queries: Codes, neighbors: number): Promise<Uint32Array> {
  const { values, count, codeSize } = codes
  const nearest = new Uint32Array(queries.count * neighbors)
  const distances = new Float64Array(neighbors)
  for (let query = 0; query < queries.count; query++) {
    const from = query * codeSize
    const rows = nearest.subarray(query * neighbors, (query + 1) * neighbors)
    distances.fill(Number.POSITIVE_INFINITY)
    for (let row = 0; row < count; row++) {
      const farthest = distances[neighbors - 1] as number
      let sum = 0
      for (let j = 0, at = row * codeSize; j < codeSize && sum < farthest; j++) {
        sum += ((values[at + j] as number) - (queries.values[from + j] as number)) ** 2
      }
      if (sum >= farthest) continue
      let place = neighbors - 1
      for (; place > 0 && (distances[place - 1] as number) > sum; place--) {
        distances[place] = distances[place - 1] as number
        rows[place] = rows[place - 1] as number
      }
      distances[place] = sum
      rows[place] = row
    }
    await yieldToTasks()
  }
  return nearest
}

/** Rows of length 1, between which the squared distance is twice that of `cosine`. */
function unitRows({ values, count, codeSize }: Codes, name: string): Codes {
  const scaled = Float64Array.from(values)
  for (let row = 0; row < count; row++) {
    const own = scaled.subarray(row * codeSize, (row + 1) * codeSize)
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
    if (length === 0) {
      throw new OptionError(`\`nearestNeighbors\` received a code of zeros in \`${name}\`, which has no cosine.`, {
        facts: { Expected: 'codes that are not all zeros', Received: `row ${row}` },
        fix: "pass distance: 'euclidean', or leave the code out",
      })
    }
    for (let j = 0; j < codeSize; j++) own[j] = (own[j] as number) / length
  }
  return { values: scaled, count, codeSize }
}
