// What a file holds, without loading its model.
import type { Store } from '@ae/core'
import { parseNotes, readModelHeader } from '@ae/core/internal'
import { prepareOptions } from '../saved-options.ts'
import { describe, printed } from './summary.ts'
import type { Inspection, RunSummary } from './summary-types.ts'

/**
 * Says what a model's file holds, from its header alone: `file`, `http` and `opfs` read only its beginning, other stores the
 * whole file, of which nothing is decoded. No backend is needed. Texts are as they stand in the file: pass one to
 * `JSON.stringify` before you print it, or print `String(...)` of the whole. The file's checksum covers its values too, so it
 * is not compared: `load` does that.
 *
 * @param store where from; in Node also the path of a file
 * @returns plain values
 * @throws {WeightsError} when the store cannot be read, or does not begin like a model's file, or its notes are malformed
 * @throws {OptionError} when `store` is not a store
 * @example
 * ```ts
 * const { kind, parameters, notes } = await inspect(http('https://example.org/vae.safetensors'))
 * ```
 */
export async function inspect(store: Store | string): Promise<Inspection> {
  const { source, kind, config, metadata, tensors, checkpoint } = await readModelHeader('inspect', store)
  await prepareOptions(config)
  const own = checkpoint === undefined ? tensors : tensors.filter(({ name }) => !name.startsWith('optimizer.'))
  return printed({
    source,
    ...describe({
      kind,
      config,
      tensors: own,
      likelihood: undefined,
      trainedSteps: Number(metadata.trainedSteps ?? 0),
      notes: parseNotes(metadata, { caller: 'inspect', source }),
    }),
    dataset: metadata.dataset,
    library: metadata.library,
    run: checkpoint && runOf(checkpoint),
  })
}

function runOf(position: NonNullable<Awaited<ReturnType<typeof readModelHeader>>['checkpoint']>): RunSummary {
  const { epoch, step, seed, batchSize, optimizer, terms } = position
  const { name, size }: { name?: unknown; size?: unknown } = position.data // unchecked: nothing was ever computed from it
  return {
    epoch,
    step,
    seed,
    batchSize,
    optimizer,
    data: {
      name: typeof name === 'string' ? name : undefined,
      size: Number.isSafeInteger(size) ? Number(size) : undefined,
    },
    terms: terms.filter((term) => typeof term === 'string'),
  }
}
