// What a model's file says of itself, from its header alone: no values are read.
import { assertOption, functionOption, optional } from '../checks/options.ts'
import { readStore } from '../stores/read-store.ts'
import type { Store } from '../stores/store.ts'
import { storeOf } from '../stores/store-of.ts'
import { type Position, parsePosition } from '../training/checkpoint-position.ts'
import { describedModel, type ModelFile } from './model-file.ts'
import { withoutScales } from './quantized-tensors.ts'
import { readTable, type TableEntry } from './safetensors.ts'
import { claimedLength } from './safetensors-header.ts'

/** The contents of a model's file without values. */
export interface ModelHeader extends Omit<ModelFile, 'tensors'> {
  /** The name of the store. */
  readonly source: string
  /** The tensors in the order of the file, those of an optimiser too; without the scales of weights of 8 bits. */
  readonly tensors: readonly Pick<TableEntry, 'name' | 'dtype' | 'shape'>[]
  /** Where the run stood that wrote it, if it is a checkpoint. */
  readonly checkpoint: Position | undefined
}

/**
 * Reads the header of a model's file: only the beginning of the file, where the store can read that alone. The checksum of the
 * file is of its values too, so it is not compared.
 *
 * @param functionName the public function that the user called, for messages
 * @param store as received
 * @throws {WeightsError} when the store cannot be read, or does not begin like a model's file
 * @throws {OptionError} when `store` is not a store
 */
export async function readModelHeader(functionName: string, store: Store | string): Promise<ModelHeader> {
  const target = storeOf(functionName, 'store', store)
  const { name: source } = target
  assertOption(functionName, 'store.readStart', target.readStart, optional(functionOption))
  const context = { caller: functionName, source }
  const start = (count: number) =>
    readStore(functionName, { name: source, read: () => target.readStart?.(count) ?? target.read() })
  let bytes = await start(usualHeader)
  const claim = claimedLength(bytes, context)
  if (claim && 'needs' in claim && bytes.length >= usualHeader) bytes = await start(claim.needs)
  const { metadata: texts, entries } = readTable(bytes, context, false)
  const { kind, config, metadata } = describedModel(texts, context)
  const tensors = withoutScales(entries).map(({ name, dtype, shape }) => ({ name, dtype, shape }))
  return { source, kind, config, metadata, tensors, checkpoint: parsePosition(metadata.checkpoint) }
}

/** The bytes that are read first: most headers are shorter, and those of longer ones take a second request. */
const usualHeader = 65_536
