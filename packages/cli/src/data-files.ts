// Files that `--data` takes, recognised by their content. A format is one row of `readers`.
import { open, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DatasetError, OptionError } from '@ae/core'
import { fromIdx, fromNpy, fromNpz, fromParquet, fromSafetensors, type IndexedDataset } from '@ae/datasets'
import { dataFiles, dataFolders, fileKinds } from './data-kinds.ts'
import { isTableName, isTableText, readTable, type TableParts } from './tables.ts'

/** What a file is read with. */
export interface FileSettings {
  readonly examples: string | undefined
  readonly labels: string | undefined
  readonly missing?: string | undefined
  readonly shape: readonly number[] | undefined
  /** Only the first so many examples for training. */
  readonly limit?: number | undefined
}

/** The examples of a file; with `test` if it has a part for testing. */
interface FileData {
  readonly train: IndexedDataset
  readonly test?: IndexedDataset | undefined
  readonly table?: TableParts | undefined
}

interface Reader {
  /** For the list of what is taken, with what `--examples` and `--labels` mean. */
  readonly what: string
  /** The ending of an address, which is not read before. */
  readonly ending: RegExp
  /** Whether the first 4096 bytes are those of such a file. */
  begins(text: string, path: string): boolean
  /** Whether its examples are rows in units and names of their own. */
  readonly isTable?: boolean
  read(path: string, settings: FileSettings): Promise<FileData>
}

/** Names that commas separate. */
const namesIn = (text: string | undefined) => text?.split(',').map((name) => name.trim())

const readers: readonly Reader[] = [
  {
    what: fileKinds.idx,
    ending: /(?:-ubyte|\.idx)(?:\.gz)?$/,
    begins: (text, path) => text.startsWith('\0\0') || (text.startsWith('\x1f\x8b') && !isTableName(path)),
    read: async (images, { labels }) => ({ train: await fromIdx({ images, labels }) }), // its header has the shape
  },
  {
    what: fileKinds.npy,
    ending: /\.npy$/,
    begins: (text) => text.startsWith('\x93NUMPY'),
    read: async (path, { labels, shape }) => ({ train: await fromNpy(path, { labels, shape }) }),
  },
  {
    what: fileKinds.npz,
    ending: /\.npz$/,
    begins: (text) => text.startsWith('PK'),
    read: readNpz,
  },
  {
    what: fileKinds.parquet,
    ending: /\.parquet$/,
    begins: (text) => text.startsWith('PAR1'),
    read: async (path, { examples, labels, shape }) => ({
      train: await fromParquet(path, { columns: namesIn(examples), labels, shape }),
    }),
  },
  {
    what: fileKinds.safetensors,
    ending: /\.safetensors$/,
    begins: (text) => text[8] === '{',
    read: async (path, { examples, labels, shape }) => ({
      train: await fromSafetensors(path, { examples, labels, shape }),
    }),
  },
  {
    what: fileKinds.csv,
    ending: /\.[ct]sv(?:\.gz)?$/i,
    begins: (text, path) => isTableText(text, path),
    isTable: true,
    read: (path, { examples, missing, ...settings }) =>
      readTable(path, { ...settings, columns: namesIn(examples), missing: namesIn(missing) }),
  },
]

/** Whether `--data` names a file; a folder, and an address without the ending of one, hold the four files of IDX. */
export async function isDataFile(data: string): Promise<boolean> {
  if (isAddress(data)) return readerOfAddress(data) !== undefined
  return stat(pathOf(data)).then(
    (entry) => !entry.isDirectory(),
    () => false,
  )
}

/** @throws {DatasetError} when `--data` is a path with nothing there */
export async function assertThere(data: string): Promise<void> {
  if (isAddress(data) || (await stat(pathOf(data)).catch(() => undefined)) !== undefined) return
  throw new DatasetError('`ae train` found nothing at --data.', {
    facts: { Path: pathOf(data), Expected: [...dataFolders, ...dataFiles].join('; ') },
    fix: 'pass the path of a folder or a file that is there',
  })
}

/** What a flag of its own says that data is. */
export type DataKind = 'images' | 'csv' | 'parquet' | 'npy'

/** @throws {DatasetError} when data is not what its flag says */
export async function assertKind(data: string, kind: DataKind): Promise<void> {
  const isFile = await isDataFile(data)
  if (kind === 'images' ? !isFile : isFile && (await readerOf(data)).reader?.what === fileKinds[kind]) return
  throw new DatasetError(`\`ae train\` received something else as --${kind}.`, {
    facts: {
      Path: data,
      Expected: kind === 'images' ? 'a folder of pictures' : fileKinds[kind],
    },
    fix: 'pass it as --data, which finds out what it is',
  })
}

/** Whether there is a folder at a path. */
export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
}

/**
 * Reads a file of any kind that is known.
 *
 * @throws {DatasetError} when it is of another kind; the facts list those that are
 */
export async function readDataFile(data: string, settings: FileSettings): Promise<FileData> {
  const { reader, path, text } = await readerOf(data)
  if (reader !== undefined) {
    if (settings.missing === undefined || reader.isTable) return reader.read(path, settings)
    throw new OptionError('`ae train` takes --missing only with a table as --data.', {
      facts: { Received: `--missing ${settings.missing}, --data ${data}` },
      fix: 'leave out --missing',
    })
  }
  throw new DatasetError('`ae train` received a file of unknown content as --data.', {
    facts: {
      File: path,
      Expected: [...dataFolders, ...dataFiles].join('; '),
      Received: text === '' ? 'an empty file' : `a file that begins with ${JSON.stringify(text.slice(0, 16))}`,
    },
    fix: 'pass a file of one of these kinds; its name does not matter',
  })
}

/** What reads a file, with its path and how it begins; an address tells by its ending. */
async function readerOf(data: string): Promise<{ reader: Reader | undefined; path: string; text: string }> {
  if (isAddress(data)) return { reader: readerOfAddress(data), path: data, text: '' }
  const path = pathOf(data)
  const handle = await open(path)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0).finally(() => handle.close())
  const text = buffer.subarray(0, bytesRead).toString('latin1')
  return { reader: readers.find(({ begins }) => begins(text, path)), path, text }
}

/** The usual arrays of an archive have a part for testing. */
async function readNpz(path: string, { examples, labels, shape }: FileSettings): Promise<FileData> {
  const chosen = labels?.endsWith('.npy') ? { from: labels } : labels
  const train = await fromNpz(path, { examples, labels: chosen, shape })
  if (examples !== undefined) return { train }
  return { train, test: await fromNpz(path, { split: 'test', shape }).catch(() => undefined) }
}

function isAddress(data: string): boolean {
  return /^https?:/i.test(data)
}

function readerOfAddress(data: string): Reader | undefined {
  const { pathname } = new URL(data)
  return readers.find(({ ending }) => ending.test(pathname))
}

/** A path, also of a `file:` address. */
export function pathOf(data: string): string {
  return /^file:/i.test(data) ? fileURLToPath(data) : data
}
