// Grey values to bits, drawn anew in each epoch: the data on which log-likelihoods of MNIST are compared.
// Salakhutdinov and Murray, On the Quantitative Analysis of Deep Belief Networks, 2008; Burda et al., 2016, section 5.
import { type Batch, type Dataset, DatasetError } from '@ae/core'
import { assertDataset, assertOptions, randomBits, seedOption } from '@ae/core/internal'
import { changed } from './changed.ts'

/** Options of {@link binarize}. */
export interface BinarizeOptions {
  /** Seeds the bits. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * The same data with each value x replaced by 1 with probability x and else by 0. A shuffled pass, as `train` makes,
 * draws new bits in each epoch; passes in stored order, as `evaluate` makes, have the same bits every time, whatever the
 * batch size.
 *
 * @param dataset values in [0, 1], with labels or without; borrowed
 * @param options see {@link BinarizeOptions}
 * @returns a dataset named e.g. `mnist/train binarized`
 * @throws {DatasetError} when values of `dataset` lie outside [0, 1]
 * @throws {OptionError} on a bad option
 * @example
 * ```ts
 * for await (const { loss } of train(model, binarize(digits, { seed: 1 }))) console.log(loss.bound)
 * ```
 */
export function binarize<batch extends Batch>(dataset: Dataset<batch>, options: BinarizeOptions = {}): Dataset<batch> {
  assertOptions('binarize', options, { seed: seedOption })
  assertDataset('binarize', 'dataset', dataset)
  const { name, range } = dataset
  if (!(range.minimum >= 0 && range.maximum <= 1)) {
    throw new DatasetError('`binarize` received values that are not probabilities.', {
      facts: { Expected: 'values in [0, 1]', Received: `values in [${range.minimum}, ${range.maximum}] (${name})` },
      fix: 'rescale the data into [0, 1]',
    })
  }
  const { seed = 0 } = options
  return changed(dataset, {
    name: `${name} binarized`,
    range: { minimum: 0, maximum: 1 },
    notes: dataset.notes,
    checksum: dataset.checksum && (() => `${dataset.checksum?.()}, seed ${seed}`),
    // One row of a pass's draw for each example, so that bits do not depend on how examples are batched.
    change: (examples, { pass, first }) => randomBits(examples, 'binarization', { seed, step: pass, first }),
  })
}
