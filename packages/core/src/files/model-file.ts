// A model's file: safetensors with the weights by name and, in the metadata, what is needed to make the model again.

import type { Tensor } from '@tensorflow/tfjs-core'
import { version } from '../../package.json'
import { readTensors } from '../backend/backend-loss.ts'
import { contextOption } from '../checks/members.ts'
import { assertOption } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import { DisposedError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Player, Trainable } from '../model.ts'
import { trainedSteps } from '../training/trained-steps.ts'
import { yieldToTasks } from '../yield-to-tasks.ts'
import { historyText, notesText } from './notes-text.ts'
import { readTable, type StoredTensor, type TableEntry, tensorsOf, toTable, writeTable } from './safetensors.ts'
import { withEveryType } from './safetensors-decoders.ts'
import { isRecord, parseText, type ReadingContext, refusal } from './safetensors-header.ts'
import { type Decoders, itemSizes, plainDecoders } from './safetensors-types.ts'
import { assertChecksum, withChecksum } from './weights-checksum.ts'

/** What `save` needs from a model, and what every model that `load` returns has. Every `Trainable` has it. */
export interface SavableModel
  extends Pick<Trainable, 'kind' | 'config' | 'likelihood' | 'variables' | 'state' | 'dispose'> {
  /** The file holds their variables too; see `Player`. */
  readonly players?: Readonly<Record<string, Pick<Player, 'variables'>>> | undefined
}

/** The members of a model that hold variables. */
export type VariableHolder = Pick<SavableModel, 'variables' | 'state' | 'players'>

/** The contents of a model's file, before a model is made from it. */
export interface ModelFile {
  /** The kind of the model, e.g. `vae`. */
  readonly kind: string
  /** The options that make the model again. */
  readonly config: Readonly<Record<string, Json | undefined>>
  /**
   * Every text of the file by name, including `kind` and `config`, as it stands in the file: pass it to `printable` before you
   * print it. An object without a prototype.
   */
  readonly metadata: Readonly<Record<string, string | undefined>>
  /** Weights by the name of their variable; in a checkpoint also the optimiser's values, as `optimizer.*`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/** What a file holds besides the model. */
export interface ModelFileExtra {
  /** Further texts by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Tensors that are not weights, by names that begin with `optimizer.`; borrowed. */
  readonly tensors?: Readonly<Record<string, Tensor>> | undefined
  /** Loads what gives the tensors of the file other types. Defaults to none: weights are as they are. */
  readonly narrow?: (() => Promise<(entries: readonly TableEntry[]) => readonly TableEntry[]>) | undefined
  /** Called with each tensor's values before the file is made; may throw. */
  readonly inspect?: ((name: string, values: StoredTensor['data']) => void | Promise<void>) | undefined
}

/** All variables whose values a model's file holds: those that training updates, and those that the model itself updates. */
export function savedVariables(model: VariableHolder): SavableModel['variables'] {
  return { ...trainedVariables(model), ...model.state }
}

/** The variables that training updates: those of the model and of its players. */
export function trainedVariables({ variables, players = {} }: VariableHolder): SavableModel['variables'] {
  return Object.assign({}, variables, ...Object.values(players).map((player) => player.variables))
}

const format = 'ae'

/** Raised when earlier versions of the library can no longer read the files. */
const formatVersion = 1

/**
 * The bytes of a model's file. The same model gives the same bytes.
 *
 * @param model borrowed
 * @param extra what the file holds besides the model
 * @throws {DisposedError} when the model was disposed
 * @throws {BackendLostError} when the backend that holds the weights stopped
 */
export async function encodeModelFile(model: SavableModel, extra: ModelFileExtra = {}): Promise<Uint8Array> {
  const sources = [...Object.entries(savedVariables(model)), ...Object.entries(extra.tensors ?? {})]
  if (sources.some(([, source]) => source.isDisposed)) {
    throw new DisposedError('`save` received a model that was disposed.', { fix: 'save it before dispose()' })
  }
  // All reads begin before the first await: the file is a snapshot of one moment, even if training continues meanwhile.
  const steps = trainedSteps(model)
  const notes = notesText(model)
  const history = historyText(model)
  const values = await readTensors(sources.map(([, source]) => source))
  const tensors = new Map<string, StoredTensor>()
  for (const [i, [name, { shape }]] of sources.entries()) {
    const data = values[i] as StoredTensor['data']
    await extra.inspect?.(name, data)
    tensors.set(name, { shape, data })
    await yieldToTasks()
  }
  const metadata = {
    format,
    formatVersion: String(formatVersion),
    kind: model.kind,
    config: JSON.stringify(model.config),
    likelihood: JSON.stringify(model.likelihood.config),
    library: version,
    ...(steps > 0 ? { trainedSteps: String(steps) } : {}),
    ...(notes === undefined ? {} : { notes }),
    ...(history === undefined ? {} : { history }),
    ...extra.metadata,
  }
  const table = toTable(tensors)
  const entries = extra.narrow === undefined ? table : (await extra.narrow())(table)
  const texts = await withChecksum(new Map(Object.entries(metadata)), entries)
  const bytes = writeTable(texts, entries)
  await yieldToTasks() // before the caller's store copies them
  return bytes
}

/**
 * Reads the bytes of a model's file, and checks all that can be checked without making the model.
 *
 * @param bytes the whole file, borrowed until the values of the tensors that are wanted have been read
 * @param context how errors name the caller and the file
 * @returns copies
 * @throws {WeightsError} when the bytes are not a safetensors file, are not a saved model, are of a newer format, or are damaged
 */
export function decodeModelFile(bytes: Uint8Array, context: ReadingContext = {}): ModelFile {
  assertOption('decodeModelFile', 'context', context, contextOption)
  const { caller = 'decodeModelFile', source = 'the bytes' } = context
  const table = readTable(bytes, { caller, source })
  return withEveryType((by) => modelFileOf(table, { caller, source }, by))
}

/**
 * Like {@link decodeModelFile}, but loads the decoders of rare types only for a file that has them, and keeps no values: each
 * use of `data` decodes them again, so that only one tensor is in memory at a time.
 */
export async function readModelFile(bytes: Uint8Array, context: Required<ReadingContext>): Promise<ModelFile> {
  const table = readTable(bytes, context)
  const isPlain = table.entries.every(({ dtype }) => dtype in plainDecoders || !itemSizes.has(dtype))
  const make = (by: Decoders) => modelFileOf(table, context, by, false)
  return isPlain ? make(plainDecoders) : (await import('./safetensors-decoders.ts')).withEveryType(make)
}

function modelFileOf(
  { metadata, entries }: ReturnType<typeof readTable>,
  context: Required<ReadingContext>,
  by: Decoders,
  keep = true,
): ModelFile {
  return { ...describedModel(metadata, context, entries), tensors: tensorsOf(entries, context, by, keep) }
}

/**
 * What the texts of a file say of its model.
 *
 * @param texts the file's metadata
 * @param context how errors name the caller and the file
 * @param entries the tensors, which are compared with the file's checksum; by default they are not
 * @throws {WeightsError} when they are not those of a saved model, are of a newer format, or the file is damaged
 */
export function describedModel(
  texts: ReadonlyMap<string, string>,
  context: Required<ReadingContext>,
  entries?: readonly TableEntry[],
): Omit<ModelFile, 'tensors'> {
  const metadata: ModelFile['metadata'] = Object.assign(Object.create(null), Object.fromEntries(texts))
  const received = /^[1-9]\d{0,8}$/.test(metadata.formatVersion ?? '') ? Number(metadata.formatVersion) : undefined
  if (metadata.format !== format || received === undefined) {
    throw refusal(context, 'it is a safetensors file, but not a saved model', {
      facts: {
        Expected: 'metadata with format "ae" and a formatVersion',
        Received: `format ${show(metadata.format)}, formatVersion ${show(metadata.formatVersion)}`,
      },
      fix: 'pass a file that `save` wrote, or read the tensors alone with readSafetensors(bytes)',
    })
  }
  if (received > formatVersion) {
    throw refusal(context, 'it is of a newer format', {
      facts: {
        Expected: `format version ${formatVersion}`,
        Received: `format version ${received}, written by @ae/core ${metadata.library ?? 'of an unknown version'}`,
      },
      fix: 'update the @ae packages',
    })
  }
  if (entries) assertChecksum(texts, entries, context)
  if (metadata.trainedSteps !== undefined && !/^\d{1,15}$/.test(metadata.trainedSteps)) {
    throw refusal(context, 'its number of training steps is invalid', {
      facts: { Expected: 'trainedSteps, an integer of at least 0', Received: show(metadata.trainedSteps) },
      fix: 'save the model again, or leave `trainedSteps` and `checksum` out of the metadata',
    })
  }
  const config = parseObject(metadata.config)
  if (metadata.kind === undefined || config === undefined) {
    throw refusal(context, 'it does not say which model it holds', {
      facts: {
        Expected: 'metadata with a kind, and a config that is a JSON object',
        Received: `kind ${show(metadata.kind)}, config ${show(metadata.config)}`,
      },
      fix: 'save the model again',
    })
  }
  return { kind: metadata.kind, config, metadata }
}

function parseObject(text: string | undefined): ModelFile['config'] | undefined {
  const value = parseText(text)
  return isRecord(value) ? (value as ModelFile['config']) : undefined
}
