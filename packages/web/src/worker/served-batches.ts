// The page's side of a pass over its data: sends the worker one batch per request, as transferred arrays.
import { type Batch, batchesFrom, type Dataset, examplesOf } from '@ae/core'
import { dispose, type TensorContainer } from '@tensorflow/tfjs-core'
import { Moved } from './calls.ts'
import type { CrossingBatch, DataRole, PageSide } from './protocol.ts'

/** The functions that the worker calls, and one that ends every open pass. */
export interface ServedBatches extends Pick<PageSide, 'openPass' | 'nextBatch' | 'closePass' | 'orderOf'> {
  closeAll(): void
}

interface Pass {
  readonly iterator: Promise<AsyncIterator<Batch>>
  /** Settles with the last batch requested: an iterator is asked for one at a time. */
  last: Promise<unknown>
}

/** @param datasets the page's, borrowed */
export function serveBatches(datasets: Readonly<Partial<Record<DataRole, Dataset<Batch>>>>): ServedBatches {
  const passes = new Map<number, Pass>()
  const close = (id: number) => {
    const pass = passes.get(id)
    passes.delete(id)
    const leave = async () => (await pass?.iterator)?.return?.()
    pass?.last.then(leave, leave).catch(() => {}) // the pass is over, so its error has no receiver
  }
  return {
    openPass({ pass, role, options, firstBatch }) {
      const data = datasets[role] as Dataset<Batch>
      const open = async () => batchesFrom(data, options, firstBatch)[Symbol.asyncIterator]()
      const iterator = open()
      iterator.catch(() => {}) // a failure is thrown by the first request for a batch
      passes.set(pass, { iterator, last: iterator })
    },
    nextBatch(id) {
      const pass = passes.get(id) as Pass
      const answer = pass.last.then(async () => {
        const { done, value } = await (await pass.iterator).next()
        return done ? undefined : pack(value)
      })
      pass.last = answer
      return answer
    },
    closePass: close,
    async orderOf({ role, options }) {
      return (datasets[role] as Dataset<Batch>).order?.(options)
    },
    closeAll() {
      for (const id of [...passes.keys()]) close(id)
    },
  }
}

/**
 * Copies the batch into new arrays: what tfjs returns may be the data set's own memory (findings/tfjs-cpu-shares-arrays.sh),
 * and a transfer would take it away.
 */
async function pack(batch: Batch): Promise<Moved<CrossingBatch>> {
  try {
    const { shape } = examplesOf(batch)
    const values = new Float32Array(await examplesOf(batch).data())
    const labels = 'labels' in batch ? new Int32Array(await batch.labels.data()) : undefined
    const transfer = labels ? [values.buffer, labels.buffer] : [values.buffer]
    return new Moved({ examples: { values, shape: [...shape] }, labels }, transfer)
  } finally {
    dispose(batch as TensorContainer)
  }
}
