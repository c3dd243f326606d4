// Where the files of a sharded model are: a folder, an address, or files that were chosen in a page.
import { type DownloadOptions, type Folder, folder, http, OptionError } from '@ae/core'
import { nodeModule, show } from '@ae/core/internal'
import type { FileSource } from '../bytes/byte-source.ts'
import { FormatProblem } from '../bytes/format-problem.ts'

/** What a sharded model can be read from; see `readShardedSafetensors`. */
export type ShardSource = string | URL | Folder | Iterable<File>

/** The files of a sharded model. */
export interface ShardPlace {
  /** Its name in errors. */
  readonly name: string
  /** The name of the index, where the source says; otherwise it is among `list`. */
  readonly index?: string
  /** The names of its files. */
  list(): Promise<readonly string[]>
  /** One of its files, which may be missing. */
  file(name: string): FileSource
}

/** Finds out what a source is. */
export function placeOf(functionName: string, source: unknown, options: DownloadOptions): ShardPlace {
  if (source instanceof URL || (typeof source === 'string' && /^https?:\/\//i.test(source)))
    return atAddress(source, options)
  if (typeof source === 'string' && source !== '') return atPath(source)
  if (isFolder(source)) return { name: source.name, list: () => source.list(), file: (name) => source.file(name) }
  const files = isIterable(source) ? Array.from(source) : []
  if (files.length > 0 && files.every(isFile)) return ofFiles(files)
  throw new OptionError(`\`${functionName}\` received a bad \`source\`.`, {
    facts: { Expected: 'a folder, the address of an index, or files', Received: show(source) },
    fix: 'pass the files that the user chose, new URL(address of the index), or in Node the path of the folder or of the index',
  })
}

function atAddress(index: string | URL, options: DownloadOptions): ShardPlace {
  const url = new URL(index)
  return {
    name: String(index),
    index: decodeURIComponent(url.pathname.split('/').at(-1) ?? ''),
    list: async () => [],
    file(name) {
      const address = new URL(encodeURIComponent(name), url)
      address.search = url.search // where access is granted by the address
      return http(address, options)
    },
  }
}

function atPath(path: string): ShardPlace {
  if (!path.toLowerCase().endsWith('.json')) return folder(path)
  const paths = nodeModule<typeof import('node:path')>('node:path')
  const place = folder(paths?.dirname(path) ?? path) // refuses paths outside Node
  return {
    name: place.name,
    index: paths?.basename(path) ?? path,
    list: () => place.list(),
    file: (name) => place.file(name),
  }
}

function ofFiles(files: readonly File[]): ShardPlace {
  return {
    name: 'the files',
    list: async () => files.map(({ name }) => name),
    file(name) {
      const [file, another] = files.filter((file) => file.name === name)
      if (another) throw new FormatProblem(`two files have the name ${show(name)}`, 'choose the files of one folder')
      if (file) return file
      throw new FormatProblem(`the file ${show(name)} is missing`, 'choose the index and all the files that it lists')
    },
  }
}

function isFolder(source: unknown): source is Folder {
  const { name, list, file } = Object(source) as Partial<Folder>
  return typeof name === 'string' && typeof list === 'function' && typeof file === 'function'
}

function isIterable(source: unknown): source is Iterable<unknown> {
  return typeof source === 'object' && source !== null && Symbol.iterator in source
}

function isFile(value: unknown): value is File {
  return typeof Blob !== 'undefined' && value instanceof Blob && 'name' in value
}
