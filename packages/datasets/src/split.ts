// A data set in disjoint parts, such as one for training and one for testing.
import { DatasetError, permutation } from '@ae/core'
import { assertOptions, flagOption, type OptionCheck, seedOption } from '@ae/core/internal'
import type { IndexedDataset, Labels } from './indexed-dataset.ts'
import { assertIndexed, type Chosen, subset } from './subset.ts'

/** Options of {@link split}. */
export interface SplitOptions<fractions extends readonly number[]> {
  /** The share of each part, e.g. `[0.8, 0.1, 0.1]`: numbers above 0 whose sum is 1. */
  readonly fractions: fractions
  /** Decides which examples go where, by the stream `split`. Defaults to 0. */
  readonly seed?: number | undefined
  /** Whether each class has its share in each part, to within one example. Needs labels. Defaults to false. */
  readonly stratified?: boolean | undefined
}

/**
 * Distributes the examples at random: each goes into exactly one part, and stays in stored order there.
 *
 * @param dataset borrowed. For a split in stored order use `take` and `skip`
 * @param options see {@link SplitOptions}
 * @returns one data set for each fraction, named e.g. `mnist/train[part 1 of 2]`
 * @throws {OptionError} on an unknown or bad option, or when `dataset` cannot be read in any order
 * @throws {DatasetError} when a part would be empty, `stratified` is asked of data without labels, or `dataset` draws by weight
 * @example
 * ```ts
 * const [training, testing] = split(digits, { fractions: [0.9, 0.1], seed: 1, stratified: true })
 * ```
 */
export function split<dataset extends IndexedDataset, const fractions extends readonly number[]>(
  dataset: dataset,
  options: SplitOptions<fractions>,
): { [part in keyof fractions]: Chosen<dataset> } {
  assertIndexed('split', 'dataset', dataset)
  assertOptions('split', options, { fractions: fractionsOption, seed: seedOption, stratified: flagOption }, [
    'fractions',
  ])
  const { fractions, seed = 0, stratified = false } = options
  const { name, size } = dataset
  const shuffled = permutation('split', { seed }, size)
  if (stratified) spread(shuffled, labelsOf(dataset))
  const parts = partsOf(shuffled, fractions).map((indices, part) => {
    if (indices.length > 0) return subset('split', dataset, indices, `${name}[part ${part + 1} of ${fractions.length}]`)
    throw new DatasetError('`split` leaves a part without examples.', {
      facts: { Expected: 'at least one example a part', Received: `${fractions[part]} of ${size} examples (${name})` },
      fix: 'pass larger fractions, or more data',
    })
  })
  return parts as { [part in keyof fractions]: Chosen<dataset> }
}

/** Runs of an order by their fractions of it, each sorted. */
export function partsOf(order: Uint32Array, fractions: readonly number[]): readonly Uint32Array[] {
  const size = order.length
  let share = 0
  let start = 0
  return fractions.map((fraction, part) => {
    share += fraction
    const end = part === fractions.length - 1 ? size : Math.round(share * size)
    const indices = order.slice(start, end).sort()
    start = end
    return indices
  })
}

/** Shares of a whole. */
export const fractionsOption: OptionCheck = (value) =>
  Array.isArray(value) &&
  Array.from(value).every((fraction) => Number.isFinite(fraction) && fraction > 0) &&
  Math.abs(value.reduce((sum, fraction) => sum + fraction, 0) - 1) < 1e-6
    ? undefined
    : 'an array of numbers above 0 whose sum is 1, e.g. [0.8, 0.2]'

function labelsOf({ labels, name }: IndexedDataset): Labels {
  if (labels !== undefined) return labels
  throw new DatasetError('`split` needs labels for `stratified`.', {
    facts: { Received: `data without labels (${name})` },
    fix: 'pass `labels` where the data set is made, or leave out `stratified`',
  })
}

/** Reorders indices so that every run of them holds each class by its share: the k-th of n of a class comes at (k + 1/2) / n. */
function spread(indices: Uint32Array, labels: Labels): void {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const seen = new Map<number, number>()
  const places = new Float64Array(indices.length)
  for (const index of indices) {
    const label = labels[index] as number
    const rank = seen.get(label) ?? 0
    seen.set(label, rank + 1)
    places[index] = (rank + 0.5) / (counts.get(label) as number)
  }
  indices.sort((a, b) => (places[a] as number) - (places[b] as number))
}
