// What binarize, map, rescale, standardize and augment share: the same data with the examples of each batch changed.
import { type Batch, batchesFrom, type Dataset, examplesOf, type Shape, skippable } from '@ae/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { assertBatchOptions } from './indexed-dataset.ts'

/** How the examples of a data set change. */
interface Change {
  readonly name: string
  /** The shape of a changed example. Defaults to the data set's. */
  readonly shape?: Shape
  readonly range: Dataset['range']
  readonly checksum: Dataset['checksum']
  /** {@link withoutTransform} for values in other units. */
  readonly notes: Dataset['notes']
  /**
   * Changes the examples of a batch.
   *
   * @param examples `[batch, ...shape]`; borrowed
   * @param place where the first one stands
   * @returns as many examples, float32, in a new tensor
   */
  change(examples: Tensor, place: PlaceOfBatch): Tensor | Promise<Tensor>
}

/** Where a batch's first example stands among all that are ever drawn. */
interface PlaceOfBatch {
  /** 0 in stored order, 1 + e in epoch e of a shuffled pass. */
  readonly pass: number
  /** How many examples of the pass come before it. */
  readonly first: number
}

/** `dataset` with its examples changed, and its labels as they are. */
export function changed<batch extends Batch>(dataset: Dataset<batch>, change: Change): Dataset<batch> {
  const { shape, size, labels } = dataset
  return {
    name: change.name,
    shape: change.shape ?? shape,
    size,
    range: change.range,
    labels,
    checksum: change.checksum,
    notes: change.notes,
    batches: skippable(async function* (options, firstBatch) {
      assertBatchOptions(options)
      const pass = options.seed === undefined ? 0 : 1 + (options.epoch ?? 0)
      let first = firstBatch * options.batchSize
      for await (const batch of batchesFrom(dataset, options, firstBatch)) {
        const count = examplesOf(batch).shape[0] ?? 0
        yield await withExamples(batch, (examples) => change.change(examples, { pass, first }))
        first += count
      }
    }),
    order: dataset.order?.bind(dataset),
  }
}

/** Notes for changed values: a transform that describes the former ones would misread them. */
export function withoutTransform({ notes }: Dataset<Batch>): Dataset['notes'] {
  if (notes?.transform === undefined) return notes
  const { transform: _, ...others } = notes
  return others
}

/** What comes of a batch; the batch is released, and its labels too if nothing comes of it. */
async function withExamples<batch extends Batch>(
  batch: batch,
  change: (examples: Tensor) => Tensor | Promise<Tensor>,
): Promise<batch> {
  const examples = examplesOf(batch)
  try {
    const changed = await change(examples)
    return ('examples' in batch ? { ...batch, examples: changed } : changed) as batch
  } catch (error) {
    if ('labels' in batch) batch.labels.dispose()
    throw error
  } finally {
    examples.dispose()
  }
}
