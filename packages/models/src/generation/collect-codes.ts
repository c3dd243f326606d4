// The codes of a data set, as plain numbers: what samplers are fitted to.
import { type Batch, batchesOf, type Dataset, examplesOf } from '@ae/core'
import { dispose, type Tensor, type TensorContainer } from '@tensorflow/tfjs-core'

/** Rows of equal length, one after the other. */
export interface Rows<values extends ArrayLike<number> = Float64Array> {
  /** `[count, size]`, row after row. */
  readonly values: values
  /** How many rows. */
  readonly count: number
  /** The length of each. */
  readonly size: number
}

/**
 * Encodes the first examples of a data set, a batch at a time.
 *
 * @param functionName the public function that asked, for the message
 * @param encode from `[batch, ...shape]`, borrowed, to `[batch, size]`, owned by the receiver
 * @param data borrowed
 * @param limit how many examples at most
 * @throws {DatasetError} when the data is empty
 */
export async function collectCodes(
  functionName: string,
  encode: (examples: Tensor) => Tensor,
  data: Dataset<Batch>,
  limit: number,
): Promise<Rows> {
  const chunks: ArrayLike<number>[] = []
  let count = 0
  for await (const batch of batchesOf(functionName, data, { batchSize: 256 })) {
    let codes: Tensor | undefined
    try {
      codes = encode(examplesOf(batch))
      chunks.push(await codes.data())
      count += codes.shape[0] ?? 0
    } finally {
      dispose([batch as TensorContainer, codes])
    }
    if (count >= limit) break
  }
  const all = new Float64Array(chunks.reduce((total, { length }) => total + length, 0))
  const size = all.length / count
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  const kept = Math.min(count, limit)
  return { values: all.subarray(0, kept * size), count: kept, size }
}
