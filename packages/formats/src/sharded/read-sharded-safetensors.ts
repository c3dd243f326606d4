// A model in several safetensors files, as huggingface_hub and transformers write large ones: an index, and shards beside it.
import { type DownloadOptions, readSafetensors, type Safetensors, type StoredTensor, WeightsError } from '@ae/core'
import { assertOptions, downloadChecks, show } from '@ae/core/internal'
import { withBytes } from '../bytes/byte-source.ts'
import { FormatProblem } from '../bytes/format-problem.ts'
import { readShardIndex, type ShardIndex } from './shard-index.ts'
import { placeOf, type ShardPlace, type ShardSource } from './shard-place.ts'

export type { ShardSource } from './shard-place.ts'

/**
 * Reads the tensors of a model that is divided into several safetensors files: `model.safetensors.index.json` and the shards that it
 * lists, which lie beside it. A folder with a single safetensors file and no index is read too, for small models are not divided.
 *
 * The shards are read one after the other and stay in memory; values are decoded on first use.
 *
 * @param source in Node the path of the folder or of the index; the address of the index; a `Folder`; or the files that were chosen
 *   in a page, with the index among them
 * @param options how to download, for an address
 * @returns the tensors in the order of the index; of the texts of the shards, by each name the first
 * @throws {WeightsError} when the index or a shard is missing, cannot be read or is damaged; when a tensor is in none of the shards,
 *   in another than the index says, in two, or not in the index
 * @throws {OptionError} on a bad source or option
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const { tensors } = await readShardedSafetensors('models/large-vae')
 * const model = fromStateDict(tensors, { inputShape: [64, 64, 3] })
 * ```
 */
export async function readShardedSafetensors(source: ShardSource, options: DownloadOptions = {}): Promise<Safetensors> {
  assertOptions(functionName, options, downloadChecks)
  const place = placeOf(functionName, source, options)
  const name = place.index ?? (await indexAmong(place))
  if (!name.endsWith('.json')) return readSafetensors(await bytesOf(place, name), contextOf(place, name))
  const bytes = await bytesOf(place, name)
  const index = attempt(`${name} of ${place.name}`, () => readShardIndex(bytes))
  return join(place, name, index)
}

const functionName = 'readShardedSafetensors'

/** The shards of an index as one file. */
async function join(place: ShardPlace, name: string, index: ShardIndex): Promise<Safetensors> {
  const metadata = new Map<string, string>()
  const found = new Map<string, StoredTensor>()
  const holders = new Map<string, string>()
  for (const shard of new Set(index.values())) {
    const context = contextOf(place, shard)
    const contents = readSafetensors(await bytesOf(place, shard, name), context)
    for (const [key, text] of contents.metadata) if (!metadata.has(key)) metadata.set(key, text)
    for (const [tensor, stored] of contents.tensors) {
      const other = holders.get(tensor)
      if (other !== undefined)
        throw misplaced(place, tensor, 'is in two shards', 'in one shard', `in ${other} and in ${shard}`)
      holders.set(tensor, shard)
      found.set(tensor, stored)
    }
  }
  for (const [tensor, shard] of index) {
    const holder = holders.get(tensor)
    if (holder === shard) continue
    const received = holder === undefined ? 'in none of the shards' : `in ${holder}`
    throw misplaced(place, tensor, 'is not in its shard', `in ${shard}, as ${name} has it`, received)
  }
  for (const [tensor, shard] of holders) {
    if (!index.has(tensor))
      throw misplaced(place, tensor, 'is not in the index', `listed in ${name}`, `only in ${shard}`)
  }
  return { metadata, tensors: new Map([...index.keys()].map((tensor) => [tensor, found.get(tensor) as StoredTensor])) }
}

function misplaced(
  place: ShardPlace,
  tensor: string,
  problem: string,
  expected: string,
  received: string,
): WeightsError {
  return new WeightsError(`\`${functionName}\` cannot read ${place.name}: the tensor ${show(tensor)} ${problem}.`, {
    facts: { Expected: expected, Received: received },
    fix: 'download all files of the model again: the index and the shards are not of one version',
  })
}

/** The index among the files, or the only safetensors file. */
async function indexAmong(place: ShardPlace): Promise<string> {
  const names = await place.list()
  const indices = names.filter((name) => name.toLowerCase().endsWith('.safetensors.index.json'))
  const files = names.filter((name) => name.toLowerCase().endsWith('.safetensors'))
  const candidates = indices.length > 0 ? indices : files
  if (candidates.length === 1) return candidates[0] as string
  throw new WeightsError(
    `\`${functionName}\` cannot read ${place.name}: ${candidates.length > 1 && indices.length > 0 ? 'it has several indices' : 'it has no index'}.`,
    {
      facts: { Expected: 'one file that ends in .safetensors.index.json', Received: show([...candidates].sort()) },
      fix:
        indices.length > 0
          ? 'pass the path of one of them; in a page, leave the others out'
          : 'put the index beside the shards: it is among the files of the model, often model.safetensors.index.json',
    },
  )
}

/** @param index the name of the index that lists it; undefined for the index itself */
async function bytesOf(place: ShardPlace, name: string, index?: string): Promise<Uint8Array> {
  const source = index === undefined ? name : `the shard ${name} that ${index} lists`
  const file = attempt(`${source} of ${place.name}`, () => place.file(name))
  try {
    return await withBytes(functionName, file, (bytes) => bytes.read(0, bytes.size))
  } catch (cause) {
    if (!WeightsError.isInstance(cause)) throw cause // the reason of a signal
    throw new WeightsError(`\`${functionName}\` cannot read ${source} of ${place.name}.`, {
      facts: { Reason: cause.message.split('\n')[0] ?? '' },
      fix: index === undefined ? 'check the path or address' : `put ${name} beside ${index}: all shards are needed`,
      cause,
    })
  }
}

function contextOf(place: ShardPlace, name: string): { readonly caller: string; readonly source: string } {
  return { caller: functionName, source: `${name} of ${place.name}` }
}

function attempt<result>(source: string, act: () => result): result {
  try {
    return act()
  } catch (cause) {
    if (!(cause instanceof FormatProblem)) throw cause
    throw new WeightsError(`\`${functionName}\` cannot read ${source}: ${cause.message}.`, { fix: cause.fix })
  }
}
