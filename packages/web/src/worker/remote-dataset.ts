// The worker's side of a pass over the page's data: it requests a few batches ahead; the page sends only what was requested.
import { type Batch, type BatchOptions, type Dataset, skippable } from '@ae/core'
import { tensor, tensor1d } from '@tensorflow/tfjs-core'
import type { Calls } from './calls.ts'
import type { CrossingBatch, CrossingDataset, DataRole, PageSide } from './protocol.ts'

/** Batches in transit or waiting at any time: enough to hide the transfer time, few enough to bound memory. */
const inFlight = 4

/** A data set whose batches come from the page. */
export function remoteDataset(
  page: Calls<PageSide>,
  role: DataRole,
  description: Exclude<CrossingDataset, string>,
): Dataset<Batch> {
  return {
    ...description,
    order: async (options) => page.call('orderOf', { role, options: { ...options } }),
    batches: skippable((options, firstBatch) => ({
      [Symbol.asyncIterator]: () => pass(page, role, options, firstBatch),
    })),
  }
}

let passes = 0

async function* pass(
  page: Calls<PageSide>,
  role: DataRole,
  options: BatchOptions,
  firstBatch: number,
): AsyncGenerator<Batch, void, void> {
  const id = passes++
  const asked: Promise<CrossingBatch | undefined>[] = []
  page.tell('openPass', { pass: id, role, options: { ...options }, firstBatch })
  try {
    for (;;) {
      while (asked.length < inFlight) {
        const answer = page.call('nextBatch', id)
        answer.catch(() => {}) // a failure is thrown when training reaches this batch
        asked.push(answer)
      }
      const batch = await asked.shift()
      if (batch === undefined) return
      yield unpack(batch)
    }
  } finally {
    page.tell('closePass', id)
  }
}

function unpack({ examples: { values, shape }, labels }: CrossingBatch): Batch {
  const examples = tensor(values, [...shape], 'float32')
  return labels === undefined ? examples : { examples, labels: tensor1d(labels, 'int32') }
}
