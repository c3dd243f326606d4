// What a model computes for every example of a data set, read from the device batch by batch into one array: the walk behind codes,
// posteriors and statistics of them.
import { type Batch, examplesOf } from '@ae/core'
import { readTensors } from '@ae/core/internal'
import { dispose, type Tensor, type TensorContainer } from '@tensorflow/tfjs-core'

/** Rows as they are read: of tensors of integers Int32Arrays, of others Float32Arrays. */
export type ReadRows = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>

/**
 * Computes rows for each batch, and keeps them all; device memory holds one batch.
 *
 * @param batches owned here: each is disposed of
 * @param count how many examples they hold in all, at least 1
 * @param compute from a batch, borrowed, to tensors `[examples, ...]`, owned here; as many of them, and as wide, each time
 * @param onBatch is told after each batch how many examples are done. Defaults to none
 * @returns for each tensor of `compute` its rows, one after the other
 */
export async function rowsOfData<batch extends Batch>(
  batches: AsyncIterable<batch>,
  count: number,
  compute: (batch: batch) => readonly Tensor[],
  onBatch?: (done: number) => void,
): Promise<readonly ReadRows[]> {
  let rows: readonly ReadRows[] | undefined
  let done = 0
  for await (const batch of batches) {
    let computed: readonly Tensor[] = []
    try {
      computed = compute(batch)
      const examples = examplesOf(batch).shape[0] ?? 0
      rows ??= computed.map(
        ({ dtype, size }) => new (dtype === 'int32' ? Int32Array : Float32Array)((count * size) / examples),
      )
      for (const [i, values] of (await readTensors(computed)).entries()) {
        rows[i]?.set(values, (done * values.length) / examples)
      }
      done += examples
    } finally {
      dispose([batch as TensorContainer, ...computed])
    }
    onBatch?.(done)
  }
  return rows ?? []
}
