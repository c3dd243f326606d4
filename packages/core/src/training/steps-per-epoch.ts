// How many steps an epoch has where the last batch may be too small for a model that uses statistics of the batch.
import type { Batch, Dataset } from '../dataset.ts'
import { DatasetError, OptionError } from '../errors.ts'
import type { Trainable } from '../model.ts'

/**
 * The batches of an epoch that `train` makes steps of: a last one with fewer examples than `minimumBatch` is left out.
 *
 * @param size examples in the data
 * @param batchSize examples a batch
 * @param minimumBatch examples that a training pass of the model needs. Defaults to 1
 */
export function stepsPerEpoch(size: number, batchSize: number, minimumBatch = 1): number {
  const rest = size % batchSize
  return Math.floor(size / batchSize) + Number(rest > 0 && rest >= minimumBatch)
}

/**
 * Refuses batches, or data, of fewer examples than a training pass of the model needs.
 *
 * @throws {OptionError} when `batchSize` is too small, {@link DatasetError} when the data is
 */
export function assertEnough(
  functionName: string,
  { kind, minimumBatch = 1 }: Pick<Trainable, 'kind' | 'minimumBatch'>,
  data: Dataset<Batch>,
  batchSize: number,
): void {
  const facts = (received: string) => ({
    Expected: `at least ${minimumBatch}, for the statistics of a batch in this ${kind}`,
    Received: received,
  })
  if (batchSize < minimumBatch) {
    throw new OptionError(`\`${functionName}\` received a \`batchSize\` that is too small for the model.`, {
      facts: facts(String(batchSize)),
      fix: `pass batchSize: ${minimumBatch} or more, or build the model without batch normalisation`,
    })
  }
  if (data.size >= minimumBatch) return
  throw new DatasetError(`\`${functionName}\` received fewer examples than a step of the model needs.`, {
    facts: facts(`${data.size} (${data.name})`),
    fix: `pass ${minimumBatch} examples or more, or build the model without batch normalisation`,
  })
}
