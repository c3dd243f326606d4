// A trained model, with all that its file says of its use.
import {
  file,
  http,
  load,
  memory,
  type Notes,
  notesOf,
  OptionError,
  type Store,
  selectBackend,
  WeightsError,
} from '@ae/core'
import { type TabularTransform, tabularTransformFromConfig } from '@ae/datasets'
import { allModels } from '@ae/models'
import { type ModelRow, models } from '@ae/models/internal'
import { backends } from './backends.ts'
import { byteStream } from './byte-stream.ts'
import type { Io } from './verb.ts'

/** A model of any kind. */
export type AnyModel = Awaited<ReturnType<typeof loadAny>>

/** A model that was loaded. */
export interface OpenModel {
  readonly model: AnyModel
  /** What the catalogue says of its kind. */
  readonly row: ModelRow
  readonly notes: Notes
  /** The backend that computes, e.g. `wasm`. */
  readonly backend: string
  /** Between rows and examples, if the model was trained on a table. */
  readonly transform?: TabularTransform | undefined
  /** The names of its classes, in the order of their labels. */
  readonly classNames?: readonly string[] | undefined
  /** Releases the model. */
  dispose(): void
}

/** What {@link openModel} needs. */
export interface OpenModelOptions {
  /** What was run, e.g. `ae encode`, for messages. */
  readonly verb: string
  readonly backend: string
  readonly io: Pick<Io, 'stdin'>
}

/**
 * Loads a model of any kind.
 *
 * @param source a path, an address that begins with http:// or https://, or `-` for stdin
 * @throws {WeightsError} when there is none, or it is not a model of this library; the fix says what makes one of it
 */
export async function openModel(source: string, { verb, backend, io }: OpenModelOptions): Promise<OpenModel> {
  const store = await storeOf(source, verb, io)
  const chosen = backends[backend]
  if (chosen === undefined) throw new Error(`${backend} was let through`)
  const active = await selectBackend(chosen)
  const content = await store.read()
  assertModelFile(content, { verb, source: store.name })
  const model = await loadAny({ ...store, read: async () => content })
  try {
    const row = models.find(({ factory }) => factory.kind === model.kind)
    if (row === undefined) throw new Error(`${model.kind} is in no row`)
    const notes = notesOf(model)
    const transform = notes.transform === undefined ? undefined : tabularTransformFromConfig(notes.transform)
    return {
      model,
      row,
      notes,
      backend: active.name,
      transform,
      classNames: notes.classNames,
      dispose: () => model.dispose(),
    }
  } catch (error) {
    model.dispose()
    throw error
  }
}

/** The store that a path, an address or `-` names; of stdin its whole content is read. */
export async function storeOf(source: string, verb: string, { stdin }: Pick<Io, 'stdin'>): Promise<Store> {
  if (source !== '-') return /^https?:\/\//i.test(source) ? http(source) : file(source)
  if (stdin.isTTY) throw terminalInput(verb)
  return { ...memory(await byteStream(stdin as AsyncIterable<Uint8Array>).rest()), name: 'stdin' }
}

/** The error of a verb that would wait for someone to type. */
export function terminalInput(verb: string): OptionError {
  return new OptionError(`\`${verb}\` was asked to read stdin, which is a terminal.`, {
    facts: { Expected: 'a pipe or a file', Received: '-' },
    fix: `send a file: ${verb} ... - < FILE, or pass its path instead of -`,
  })
}

function loadAny(store: Store) {
  return load(store, ...allModels)
}

/** @throws {WeightsError} when the file is of another format, or of tensors alone */
function assertModelFile(bytes: Uint8Array, { verb, source }: { verb: string; source: string }): void {
  const received = otherFormat(bytes)
  if (received === undefined) return
  throw new WeightsError(`\`${verb}\` received a file that is not a model of this library: ${source}.`, {
    facts: { Expected: 'a file that `ae train` or `save` wrote', Received: received },
    fix: 'pass the model first, then the data; `ae convert FILE --out model.safetensors` makes a model of a file of another program',
  })
}

/** What a file is, if it begins as one of another program; undefined for a model and for what `load` refuses better. */
function otherFormat(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  const beginnings: Readonly<Record<string, string>> = {
    PK: 'a zip archive, as PyTorch, Keras and NumPy write them',
    '\x89HDF': 'an HDF5 file, as Keras writes them',
    '\x80\x02': 'a pickle, as PyTorch wrote them before version 1.6',
    '\x93NUMPY': 'an array of NumPy',
    '{': 'JSON, as TensorFlow.js writes layers models',
  }
  const found = Object.keys(beginnings).find((beginning) => text.startsWith(beginning))
  if (found !== undefined) return beginnings[found]
  return text[8] === '{' && !isModelFile(bytes)
    ? 'a safetensors file of tensors, without the options of a model'
    : undefined
}

/**
 * Whether a file, or its beginning, is that of a model of this library.
 *
 * @param bytes 64 KiB or more, or the whole file
 */
export function isModelFile(bytes: Uint8Array): boolean {
  if (bytes[8] !== 0x7b) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + Math.min(length, bytes.length)))
  return /"format"\s*:\s*"ae"/.test(header)
}
