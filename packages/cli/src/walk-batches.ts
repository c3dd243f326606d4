// One pass over examples, computed batch by batch and written as it comes.
import { type Batch, batchesOf, type Dataset, examplesOf } from '@ae/core'
import { readTensors } from '@ae/core/internal'
import { dispose, type Tensor, type TensorContainer } from '@tensorflow/tfjs-core'
import type { ArrayValues } from './encoder.ts'
import { type Progress, progressOf } from './progress.ts'
import type { Io } from './verb.ts'

/** A pass. */
export interface Walk {
  /** What was run, e.g. `ae encode`, for messages and the bar. */
  readonly verb: string
  readonly data: Dataset<Batch>
  readonly batchSize: number
  readonly io: Pick<Io, 'stderr'>
}

/**
 * Gives each batch to a function, with the place of its first example, and releases it.
 *
 * @param use borrows the batch
 */
export async function eachBatch(
  { verb, data, batchSize, io }: Walk,
  use: (batch: Batch, first: number) => Promise<void>,
): Promise<void> {
  const progress: Progress = progressOf(io, verb, data.size)
  let first = 0
  try {
    for await (const batch of batchesOf(verb, data, { batchSize })) {
      const count = examplesOf(batch).shape[0] ?? 0
      try {
        await use(batch, first)
      } finally {
        dispose(batch as TensorContainer)
      }
      first += count
      progress.add(count)
    }
  } finally {
    progress.end()
  }
}

/** The values of tensors, which are disposed of. */
export async function valuesOf(tensors: readonly Tensor[]): Promise<ArrayValues[]> {
  try {
    return (await readTensors(tensors)) as ArrayValues[]
  } finally {
    dispose([...tensors])
  }
}
