// The worker's part of a pass over the page's data: it asks for a few batches ahead, and the page sends no others.
import type { Batch, BatchOptions, Dataset } from '@ae/core'
import { tensor, tensor1d } from '@tensorflow/tfjs-core'
import type { Calls } from './calls.ts'
import type { CrossingBatch, CrossingDataset, DataRole, PageSide } from './protocol.ts'

/** Batches that are under way or waiting at any time: enough to hide the way, and a bound on memory. */
const inFlight = 4

/** A data set whose batches come from the page. */
export function remoteDataset(
  page: Calls<PageSide>,
  role: DataRole,
  description: Exclude<CrossingDataset, string>,
): Dataset<Batch> {
  return {
    ...description,
    batches: (options) => ({ [Symbol.asyncIterator]: () => pass(page, role, options) }),
  }
}

let passes = 0

async function* pass(page: Calls<PageSide>, role: DataRole, options: BatchOptions): AsyncGenerator<Batch, void, void> {
  const id = passes++
  const asked: Promise<CrossingBatch | undefined>[] = []
  page.tell('openPass', { pass: id, role, options: { ...options } })
  try {
    for (;;) {
      while (asked.length < inFlight) {
        const answer = page.call('nextBatch', id)
        answer.catch(() => {}) // a failure is raised where training reaches it
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
