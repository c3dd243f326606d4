// Examples drawn with replacement by weights, such as those that make all classes equally frequent.
import { DatasetError, uniforms } from '@ae/core'
import { assertOptions, type OptionCheck } from '@ae/core/internal'
import { type IndexedDataset, readable } from './indexed-dataset.ts'
import { assertIndexed, type Chosen } from './subset.ts'

/** Options of {@link weighted}. */
export interface WeightedOptions {
  /**
   * One weight for each example: a finite number of at least 0, not all 0; an example of weight 2 is drawn twice as often as
   * one of weight 1. Defaults to 1 / the size of the example's class, so that all classes are drawn equally often.
   */
  readonly weights?: ArrayLike<number> | undefined
}

/**
 * The same data, whose shuffled passes, as `train` makes, draw as many examples as there are, with replacement, by weight.
 * The draws follow from seed and epoch, by the stream `weighted`. Passes in stored order, as `evaluate` makes, give every
 * example once.
 *
 * @param dataset with labels, or else `weights` are needed; borrowed
 * @param options see {@link WeightedOptions}
 * @returns a data set named e.g. `mnist/train weighted`; choose examples (`split`, `skip`, ...) before, not from it
 * @throws {OptionError} on an unknown or bad option, or when `dataset` cannot be read in any order
 * @throws {DatasetError} when there is not one weight for each example, or there are neither weights nor labels
 * @example
 * ```ts
 * const balanced = withLabels(weighted(digits))
 * ```
 */
export function weighted<dataset extends IndexedDataset>(
  dataset: dataset,
  options: WeightedOptions = {},
): Chosen<dataset> {
  assertIndexed('weighted', 'dataset', dataset)
  assertOptions('weighted', options, { weights: weightsOption })
  const { name, shape, size, range, labels, notes, checksum } = dataset
  const weights = Float64Array.from(options.weights ?? balanceOf(dataset))
  if (weights.length !== size) {
    throw new DatasetError('`weighted` received the wrong number of weights.', {
      facts: { Data: name, Expected: `${size}, one for each example`, Received: String(weights.length) },
      fix: 'pass the weights of the same examples',
    })
  }
  const drawn = (count: number): IndexedDataset['order'] => {
    const sums = cumulative(weights.subarray(0, count))
    return ({ seed, epoch = 0 }) =>
      seed === undefined ? Uint32Array.from({ length: count }, (_, i) => i) : draw(sums, { seed, step: epoch })
  }
  return readable({
    name: `${name} weighted`,
    shape,
    size,
    range,
    labels,
    notes,
    checksum,
    read: (indices) => dataset.read(indices),
    order: drawn(size),
    first: (count) => ({ checksum: dataset.take(count).checksum, order: drawn(count) }),
  }) as Chosen<dataset>
}

const weightsOption: OptionCheck = (value) =>
  (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) &&
  Array.from(value as ArrayLike<unknown>).every((weight) => Number.isFinite(weight) && Number(weight) >= 0) &&
  Array.from(value as ArrayLike<number>).some((weight) => weight > 0)
    ? undefined
    : 'an array of numbers of at least 0, not all 0'

/** 1 / the size of its class, for each example. */
function balanceOf({ labels, name }: IndexedDataset): Float64Array {
  if (labels === undefined) {
    throw new DatasetError('`weighted` needs labels or weights.', {
      facts: { Received: `data without labels (${name})` },
      fix: 'pass `labels` where the data set is made, or one weight for each example',
    })
  }
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return Float64Array.from(labels, (label) => 1 / (counts.get(label) as number))
}

function cumulative(weights: Float64Array): Float64Array {
  let sum = 0
  return weights.map((weight) => {
    sum += weight
    return sum
  })
}

/** As many indices as there are sums, each by the share of its weight in the last one. */
function draw(sums: Float64Array, address: { readonly seed: number; readonly step: number }): Uint32Array {
  const count = sums.length
  const total = sums[count - 1] as number
  const numbers = uniforms('weighted', address, 2 * count) // of 24 bits, two for each draw
  return Uint32Array.from({ length: count }, (_, i) => {
    const share = (numbers[2 * i] as number) + ((numbers[2 * i + 1] as number) - 0.5) * 2 ** -24
    return firstAbove(sums, share * total)
  })
}

/** The first index whose sum is above `value`, by halves. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sums[middle] as number) > value) high = middle
    else low = middle + 1
  }
  return low
}
