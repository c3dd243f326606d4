// A data set of one batch that always comes whole and in one order: each epoch is one step on the same examples.
import type { Dataset } from '@ae/core'
import { clone, type Tensor } from '@tensorflow/tfjs-core'

/** @param batch borrowed for as long as the data set is used */
export function oneBatch(batch: Tensor): Dataset {
  return {
    name: 'one batch',
    shape: batch.shape.slice(1),
    size: batch.shape[0] ?? 0,
    range: { minimum: 0, maximum: 1 },
    async *batches() {
      yield clone(batch)
    },
  }
}
