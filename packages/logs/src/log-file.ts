// The files of logs: in Node a path, in a page a handle of the file system, anywhere a store. All can be read, added to and
// replaced.
import { AutoencoderError, file, OptionError, type Store, storeOf, WeightsError } from '@ae/core'
import { isNode, joinBytes, nodeModule, show } from '@ae/core/internal'

/** Where a log of one file goes: in Node the path of a file, in a page a handle of one, anywhere a store. */
export type LogFilePlace = string | FileSystemFileHandle | Store

/** Where a log of several files goes: in Node the path of a folder, in a page a handle of one, anywhere a store for one file. */
export type LogFolderPlace = string | FileSystemDirectoryHandle | Store

/** One file of a log. */
export interface LogFile {
  /** Its name in errors. */
  readonly name: string
  /** The whole content; empty where there is no file yet. */
  read(): Promise<Uint8Array>
  /** Adds bytes at the end; makes the file where there is none. */
  append(bytes: Uint8Array): Promise<void>
  /** Replaces the content, whole or not at all. */
  replace(bytes: Uint8Array): Promise<void>
}

/**
 * The file of a log.
 *
 * @param functionName the public function that received the place, for messages
 * @param place as received
 * @throws {OptionError} when it is not a place for a file
 */
export function logFileOf(functionName: string, place: unknown): LogFile {
  if (isHandle(place, 'directory')) {
    throw new OptionError(`\`${functionName}\` received a folder as \`place\`.`, {
      facts: { Expected: 'a file', Received: show(place.name) },
      fix: "pass a file in it: await folder.getFileHandle('log', { create: true })",
    })
  }
  if (isHandle(place, 'file')) return handleFile(functionName, place.name, async () => place as FileSystemFileHandle)
  const store = storeOf(functionName, 'place', place)
  return typeof place === 'string' ? nodeFile(functionName, place) : storedFile(functionName, store)
}

/** Opens the files of a folder by their paths in it, e.g. `a/b.tsv`; undefined when the place is a store, which is one file. */
export type LogFolder = ((path: string) => LogFile) | undefined

/**
 * The folder of a log.
 *
 * @param functionName the public function that received the place, for messages
 * @param place as received
 * @throws {OptionError} when it is not a place for files
 */
export function logFolderOf(functionName: string, place: unknown): LogFolder {
  if (isHandle(place, 'file')) {
    throw new OptionError(`\`${functionName}\` received a file as \`place\`.`, {
      facts: { Expected: 'a folder', Received: show(place.name) },
      fix: 'pass a folder, e.g. await navigator.storage.getDirectory(), or a store for its one file',
    })
  }
  if (isHandle(place, 'directory')) {
    return (path) => handleFile(functionName, path, () => fileIn(place as FileSystemDirectoryHandle, path))
  }
  storeOf(functionName, 'place', place)
  return typeof place === 'string'
    ? (path) => nodeFile(functionName, `${place.replace(/[/\\]+$/, '')}/${path}`)
    : undefined
}

function isHandle(place: unknown, kind: 'file' | 'directory'): place is FileSystemHandle {
  const method = kind === 'file' ? 'createWritable' : 'getFileHandle'
  return typeof place === 'object' && place !== null && 'kind' in place && place.kind === kind && method in place
}

function nodeFile(functionName: string, path: string): LogFile {
  const fs = nodeModule('node:fs/promises') as typeof import('node:fs/promises')
  const { dirname, resolve } = nodeModule('node:path') as typeof import('node:path')
  const absolute = resolve(path)
  const isThere = () =>
    fs.access(absolute).then(
      () => true,
      () => false,
    )
  return {
    name: path,
    read: async () => ((await isThere()) ? file(absolute).read() : new Uint8Array()),
    append: (bytes) =>
      attempt(functionName, path, async () => {
        await fs.mkdir(dirname(absolute), { recursive: true })
        await fs.appendFile(absolute, bytes)
      }),
    replace: (bytes) => file(absolute).write(bytes),
  }
}

async function fileIn(folder: FileSystemDirectoryHandle, path: string): Promise<FileSystemFileHandle> {
  const parts = path.split('/')
  const name = parts.pop() as string
  let place = folder
  for (const part of parts) place = await place.getDirectoryHandle(part, { create: true })
  return place.getFileHandle(name, { create: true })
}

function handleFile(functionName: string, name: string, open: () => Promise<FileSystemFileHandle>): LogFile {
  // What is written to the stream replaces the file when the stream is closed: whole or not at all.
  const write = (bytes: Uint8Array, { keep }: { readonly keep: boolean }) =>
    attempt(functionName, name, async () => {
      const handle = await open()
      const end = keep ? (await handle.getFile()).size : 0
      const stream = await handle.createWritable({ keepExistingData: keep })
      try {
        await stream.write({ type: 'write', position: end, data: bytes.slice() })
      } catch (error) {
        await stream.abort()
        throw error
      }
      await stream.close()
    })
  return {
    name,
    read: async () => new Uint8Array(await (await (await open()).getFile()).arrayBuffer()),
    append: (bytes) => write(bytes, { keep: true }),
    replace: (bytes) => write(bytes, { keep: false }),
  }
}

/** A store cannot be added to: its content is kept here and written whole. */
export function storedFile(functionName: string, store: Store): LogFile {
  let content: Uint8Array | undefined
  const read = async () => {
    content ??= await store.read().catch((error: unknown) => {
      if (WeightsError.isInstance(error)) return new Uint8Array() // so stores say that they are empty
      throw error
    })
    return content
  }
  const replace = async (bytes: Uint8Array) => {
    await attempt(functionName, store.name, () => store.write(bytes))
    content = bytes
  }
  return {
    name: store.name,
    read,
    append: async (bytes) => replace(joinBytes([await read(), bytes])),
    replace,
  }
}

async function attempt(functionName: string, name: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (cause) {
    if (AutoencoderError.isInstance(cause)) throw cause
    throw new AutoencoderError(`\`${functionName}\` cannot write ${name}.`, {
      facts: { Reason: cause instanceof Error ? cause.message : String(cause) },
      fix: isNode
        ? 'check that the folder can be written and the disk has room, or pass another place'
        : 'check that the page may write there and has storage left, or pass another place',
      cause,
    })
  }
}
