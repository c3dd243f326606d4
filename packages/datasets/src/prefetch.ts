// Prepares batches ahead of their consumer, and releases them when the consumer leaves.
import type { Batch } from '@ae/core'
import { assertOption, nonNegativeInteger, type OptionCheck } from '@ae/core/internal'
import { dispose, type TensorContainer } from '@tensorflow/tfjs-core'

/**
 * Keeps the next batches ready while the consumer works on the present one.
 *
 * Batches that were prepared and not received are disposed of when the consumer leaves early (`break`, `return`,
 * `throw`) or the source fails; `source` is then closed.
 *
 * @param source batches; each pass over the result is one pass over it
 * @param depth how many batches are prepared ahead, at least 0. Defaults to 1
 * @returns the same batches in the same order; each is owned by the receiver
 * @throws {OptionError} when depth is not an integer of at least 0
 * @example
 * ```ts
 * for await (const batch of prefetch(dataset.batches({ batchSize: 128 }), 2)) batch.dispose()
 * ```
 */
export function prefetch<batch extends Batch | TensorContainer>(
  source: AsyncIterable<batch>,
  depth = 1,
): AsyncIterable<batch> {
  assertOption('prefetch', 'source', source, asyncIterable)
  assertOption('prefetch', 'depth', depth, nonNegativeInteger)
  return { [Symbol.asyncIterator]: () => pass(source[Symbol.asyncIterator](), depth) }
}

async function* pass<batch extends Batch | TensorContainer>(source: AsyncIterator<batch>, depth: number) {
  const ahead: Promise<IteratorResult<batch>>[] = []
  try {
    for (;;) {
      while (ahead.length <= depth) ahead.push(request(source))
      const result = await ahead.shift()
      if (result === undefined || result.done) return
      yield result.value
    }
  } finally {
    for (const result of await Promise.allSettled(ahead)) {
      if (result.status === 'fulfilled' && !result.value.done) dispose(result.value.value as TensorContainer)
    }
    await source.return?.()
  }
}

/** The next batch. A failure is thrown when the consumer reaches it; until then it must not count as an unhandled rejection. */
function request<batch>(source: AsyncIterator<batch>): Promise<IteratorResult<batch>> {
  const result = source.next()
  result.catch(() => {})
  return result
}

const asyncIterable: OptionCheck = (value) =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
    ? undefined
    : 'an async iterable, e.g. digits.batches({ batchSize: 128 })'
