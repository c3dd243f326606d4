// A file that a user names or passes: a path, an address, a file of a page, or its bytes. Parts of it are read where it lies.
import { nodeModule, type OptionCheck, type RandomAccess } from '@ae/core/internal'
import { fileError } from '../file-error.ts'
import { asBytes, bytesOption } from '../idx.ts'
import { cannotRead, isUrl, localPath, type ReadingOptions, readFileAt } from '../place.ts'

/** A file: its path (Node) or URL, a `File` or another `Blob`, or its bytes. */
export type FileSource = string | URL | Blob | Uint8Array | ArrayBuffer

/** The check of a {@link FileSource}; `what` completes "the bytes of". */
export const fileOption =
  (what: string): OptionCheck =>
  (value) =>
    (typeof value === 'string' && value !== '') ||
    value instanceof URL ||
    isBlob(value) ||
    bytesOption(value) === undefined
      ? undefined
      : `a path, a URL, a Blob or the bytes of ${what}`

/** A file that is open. */
export interface OpenFile extends RandomAccess {
  /** Its path or URL, or the name of the argument that holds it. */
  readonly file: string
  /** Ends reading. */
  close(): Promise<void>
}

/**
 * Opens a file. Paths and Blobs are read part by part, an address is downloaded.
 *
 * @param caller the public function, for messages
 * @param argument which argument the source is, for messages
 * @throws {DatasetError} when there is no such file, or it cannot be read
 * @throws the signal's reason when it aborts
 */
export async function openFile(
  caller: string,
  argument: string,
  source: FileSource,
  reading: ReadingOptions,
): Promise<OpenFile> {
  if (isBlob(source)) {
    const file = 'name' in source ? String(source.name) : argument
    return {
      file,
      length: source.size,
      async read(start, end) {
        reading.signal?.throwIfAborted()
        try {
          return new Uint8Array(await source.slice(start, end).arrayBuffer())
        } catch (cause) {
          throw cannotRead({ caller, file }, cause)
        }
      },
      close: async () => {},
    }
  }
  const location = typeof source === 'string' || source instanceof URL ? localPath(String(source)) : undefined
  if (location !== undefined && !isUrl(location)) return openPath(caller, location, reading)
  const { file, bytes } =
    location === undefined
      ? { file: argument, bytes: asBytes(source as Uint8Array | ArrayBuffer) }
      : await readFileAt(caller, location, { ...reading, isWhole: true })
  return { file, length: bytes.length, read: async (start, end) => bytes.subarray(start, end), close: async () => {} }
}

/**
 * A whole file.
 *
 * @throws as {@link openFile}
 */
export async function readWhole(
  caller: string,
  argument: string,
  source: FileSource,
  reading: ReadingOptions,
): Promise<{ readonly file: string; readonly bytes: Uint8Array }> {
  const opened = await openFile(caller, argument, source, reading)
  try {
    return { file: opened.file, bytes: await opened.read(0, opened.length) }
  } finally {
    await opened.close()
  }
}

/** Also of another realm. */
function isBlob(value: unknown): value is Blob {
  return (
    typeof Blob !== 'undefined' && (value instanceof Blob || /Blob|File/.test(Object.prototype.toString.call(value)))
  )
}

async function openPath(caller: string, path: string, { signal }: ReadingOptions): Promise<OpenFile> {
  signal?.throwIfAborted()
  const fs = nodeModule<typeof import('node:fs/promises')>('node:fs/promises')
  const origin = { caller, file: path }
  try {
    if (fs === undefined) throw Object.assign(new Error('there are no files outside Node'), { code: 'ENOENT' })
    const handle = await fs.open(path)
    try {
      const { size, isDirectory } = await handle
        .stat()
        .then((entry) => ({ size: entry.size, isDirectory: entry.isDirectory() }))
      if (isDirectory) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' })
      return {
        file: path,
        length: size,
        async read(start, end) {
          signal?.throwIfAborted()
          try {
            const bytes = new Uint8Array(end - start)
            let at = 0
            while (at < bytes.length) {
              const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, 2 ** 30), start + at)
              if (bytesRead === 0) throw new Error('it has become shorter')
              at += bytesRead
            }
            return bytes
          } catch (cause) {
            throw cannotRead(origin, cause)
          }
        },
        close: () => handle.close(),
      }
    } catch (error) {
      await handle.close()
      throw error
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cannotRead(origin, cause)
    throw fileError(origin, 'a file that cannot be found', {
      facts: { Reason: 'no such file' },
      fix: 'check the path or the URL',
    })
  }
}
