// Batches of examples together with their labels.
import { type BatchOptions, batchesFrom, type Dataset, DatasetError, type LabelledBatch, skippable } from '@ae/core'
import { assertDataset, assertOption, assertOptions, type OptionCheck } from '@ae/core/internal'
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { checksumOf } from './array-dataset.ts'
import type { LabelledDataset, Labels } from './indexed-dataset.ts'
import { orderOf } from './order.ts'
import { assertOneLabelEach } from './parts.ts'
import { labelsOption, storedLabels } from './stored-values.ts'

/** Options of {@link withLabels}. */
export interface WithLabelsOptions {
  /**
   * The names of the classes: that of label 0, of label 1 and so on. Models that the data trains keep them, in their files too.
   * Defaults to those of `dataset`, if it has some.
   */
  readonly classNames?: readonly string[] | undefined
}

/**
 * The same data in batches that hold examples and labels.
 *
 * @param dataset from `mnist`, `fashionMnist`, or `fromIdx` and `fromArray` with labels
 * @param options see {@link WithLabelsOptions}
 * @returns a dataset whose batches hold `examples` and `labels`; the same seed and epoch give the order of `dataset` itself
 * @throws {DatasetError} when `dataset` does not have one integer label for each example, or a label has no name
 * @throws {OptionError} on an unknown or bad option
 * @example
 * ```ts
 * for await (const { examples, labels } of withLabels(digits).batches({ batchSize: 128, seed: 1 })) {
 *   examples.dispose()
 *   labels.dispose()
 * }
 * ```
 */
export function withLabels(dataset: LabelledDataset, options: WithLabelsOptions = {}): Dataset<LabelledBatch> {
  assertDataset('withLabels', 'dataset', dataset)
  assertOptions('withLabels', options, { classNames: namesOption })
  const { name, shape, size, range } = dataset
  const { classNames } = options
  if (dataset.labels === undefined) {
    throw new DatasetError('`withLabels` received a dataset without labels.', {
      facts: { Received: name },
      fix: 'pass `labels` to fromIdx or fromArray',
    })
  }
  const labels = labelsOf(dataset.labels, size)
  if (classNames) assertNamed(labels, classNames, name)
  return {
    name,
    shape,
    size,
    range,
    labels,
    notes: classNames ? { ...dataset.notes, classNames: [...classNames] } : dataset.notes,
    checksum: dataset.checksum && (() => `${dataset.checksum?.()}, ${checksumOf(Int32Array.from(labels))}`),
    order: (options) => orderOfPass(dataset, options),
    batches: skippable((options, firstBatch) => {
      const exampleBatches = batchesFrom(dataset, options, firstBatch)
      const order = () => orderOfPass(dataset, options).subarray(firstBatch * options.batchSize)
      return { [Symbol.asyncIterator]: () => pair(exampleBatches, labels, order()) }
    }),
  }
}

const namesOption: OptionCheck = (value) =>
  Array.isArray(value) && Array.from(value).every((name) => typeof name === 'string')
    ? undefined
    : "an array of strings, e.g. ['cat', 'dog']"

/** @throws {DatasetError} unless each label is the index of a name */
function assertNamed(labels: Labels, names: readonly string[], dataset: string): void {
  const index = labels.findIndex((label: number) => names[label] === undefined)
  if (index < 0) return
  throw new DatasetError('`withLabels` received a label without a name.', {
    facts: {
      Data: dataset,
      Expected: `labels from 0 to ${names.length - 1}, for ${names.length} classNames`,
      Received: `${labels[index]} at index ${index}`,
    },
    fix: 'pass a name for each label, in their order',
  })
}

/** The order that `batches` of a dataset keeps; one that anyone may have made shuffles by the seed. */
function orderOfPass(dataset: LabelledDataset, options: BatchOptions): Uint32Array {
  return dataset.order ? dataset.order(options) : orderOf(options, dataset.size)
}

/** The labels of a dataset that anyone may have made. */
function labelsOf(labels: unknown, size: number): Labels {
  assertOption('withLabels', 'labels', labels, labelsOption)
  const stored = storedLabels('withLabels', labels as ArrayLike<number>)
  assertOneLabelEach('withLabels', size, stored, {})
  return stored
}

async function* pair(exampleBatches: AsyncIterable<Tensor>, labels: Labels, order: Uint32Array) {
  let start = 0
  for await (const examples of exampleBatches) {
    const chosen = new Int32Array(examples.shape[0] as number)
    for (let i = 0; i < chosen.length; i++) chosen[i] = labels[order[start + i] as number] as number
    start += chosen.length
    yield { examples, labels: tensor1d(chosen, 'int32') }
  }
}
