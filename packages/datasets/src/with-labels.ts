// Batches of examples together with their labels.
import { type BatchOptions, type Dataset, DatasetError, type LabelledBatch } from '@ae/core'
import { assertDataset, assertOption } from '@ae/core/internal'
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { checksumOf } from './array-dataset.ts'
import type { LabelledDataset, Labels } from './indexed-dataset.ts'
import { orderOf } from './order.ts'
import { assertOneLabelEach } from './parts.ts'
import { labelsOption, storedLabels } from './stored-values.ts'

/**
 * The same data in batches that hold examples and labels.
 *
 * @param dataset from `mnist`, `fashionMnist`, or `fromIdx` and `fromArray` with labels
 * @returns a dataset whose batches hold `examples` and `labels`; the same seed and epoch give the order of `dataset` itself
 * @throws {DatasetError} when `dataset` does not have one integer label for each example
 * @example
 * ```ts
 * for await (const { examples, labels } of withLabels(digits).batches({ batchSize: 128, seed: 1 })) {
 *   examples.dispose()
 *   labels.dispose()
 * }
 * ```
 */
export function withLabels(dataset: LabelledDataset): Dataset<LabelledBatch> {
  assertDataset('withLabels', 'dataset', dataset)
  const { name, shape, size, range, notes } = dataset
  if (dataset.labels === undefined) {
    throw new DatasetError('`withLabels` received a dataset without labels.', {
      facts: { Received: name },
      fix: 'pass `labels` to fromIdx or fromArray',
    })
  }
  const labels = labelsOf(dataset.labels, size)
  return {
    name,
    shape,
    size,
    range,
    labels,
    notes,
    checksum: dataset.checksum && (() => `${dataset.checksum?.()}, ${checksumOf(Int32Array.from(labels))}`),
    batches(options) {
      const exampleBatches = dataset.batches(options)
      return { [Symbol.asyncIterator]: () => pair(exampleBatches, labels, orderOfPass(dataset, options)) }
    },
  }
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
