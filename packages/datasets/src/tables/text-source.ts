// The text of a source, piece by piece: memory holds one piece at a time.
import { AutoencoderError } from '@ae/core'
import { nodeModule, type OptionCheck } from '@ae/core/internal'
import { fileError, type Origin } from '../file-error.ts'
import { asBytes, isGzip } from '../idx.ts'
import { downloadedFile, isUrl, localPath, type ReadingOptions } from '../place.ts'

/**
 * Where a text is: a path or a URL; a `File` or `Blob`; its bytes; a stream or another iterable of bytes or texts; or the text itself.
 */
export type CsvSource =
  | string
  | URL
  | Blob
  | Uint8Array
  | ArrayBuffer
  | AsyncIterable<Uint8Array | string>
  | ReadableStream<Uint8Array | string>
  | {
      /** The text itself. */
      readonly text: string
    }

/** A check that the value is a {@link CsvSource}. */
export const textSourceOption: OptionCheck = (value) => {
  if (typeof value === 'string') return value === '' ? expectation : undefined
  if (typeof value !== 'object' || value === null) return expectation
  const isSource =
    value instanceof URL ||
    value instanceof Blob ||
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    Symbol.asyncIterator in value ||
    'getReader' in value ||
    ('text' in value && typeof value.text === 'string')
  return isSource ? undefined : expectation
}

const expectation = 'a path, a URL, a File, bytes, a stream, or { text }'

/** The name of a source, for messages and as the name of the data. */
export function nameOfSource(source: CsvSource): string {
  if (typeof source === 'string' || source instanceof URL) return String(source)
  if (source instanceof Blob && 'name' in source && typeof source.name === 'string') return source.name
  return source instanceof Blob ? 'Blob' : 'text' in source ? 'text' : 'stream'
}

/**
 * The text, unpacked if it is gzip, without its byte order mark.
 *
 * @param encoding as `TextDecoder` names it
 * @throws {DatasetError} when the source cannot be read or is not text of this encoding
 * @throws the signal's reason when it aborts
 */
export async function* textOf(
  caller: string,
  source: CsvSource,
  encoding: string,
  reading: ReadingOptions,
): AsyncGenerator<string> {
  if (typeof source === 'object' && 'text' in source && typeof source.text === 'string') {
    yield source.text.replace(/^\uFEFF/, '')
    return
  }
  const origin = { caller, file: nameOfSource(source) }
  const pieces = await piecesOf(origin, source, reading)
  const decoder = new TextDecoder(encoding, { fatal: true })
  const decoded = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch (cause) {
      throw fileError(origin, `a file that is not text in ${encoding}`, {
        fix: "pass its encoding, e.g. encoding: 'windows-1252' for files of older spreadsheets",
        cause,
      })
    }
  }
  let isFirst = true
  for await (const piece of unpacked(origin, pieces)) {
    reading.signal?.throwIfAborted()
    if (typeof piece === 'string') yield isFirst ? piece.replace(/^\uFEFF/, '') : piece
    else yield decoded(piece)
    isFirst = false
  }
  yield decoded()
}

type Piece = Uint8Array | string

async function piecesOf(origin: Origin, source: CsvSource, reading: ReadingOptions): Promise<AsyncIterable<Piece>> {
  if (typeof source === 'string' || source instanceof URL) {
    const location = localPath(String(source))
    return isUrl(location)
      ? only((await downloadedFile(origin.caller, location, reading)).bytes)
      : fileAt(origin, location)
  }
  if (source instanceof Blob) return readerOf(source.stream())
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return only(asBytes(source as Uint8Array))
  return Symbol.asyncIterator in source ? source : readerOf(source as unknown as ReadableStream<Piece>)
}

/** Unpacks gzip, which pandas writes to names that end in `.gz`. */
async function* unpacked(origin: Origin, pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  const iterator = pieces[Symbol.asyncIterator]()
  let first = await iterator.next()
  while (!first.done && first.value.length === 0) first = await iterator.next()
  const all = { [Symbol.asyncIterator]: () => resumed(first, iterator) }
  if (first.done || typeof first.value === 'string' || !isGzip(first.value)) return yield* all
  const packed = new ReadableStream<BufferSource>({
    async pull(controller) {
      const next = await packedPieces.next()
      if (next.done) controller.close()
      else controller.enqueue(asBytes(next.value as Uint8Array))
    },
    cancel: async () => void (await packedPieces.return?.(undefined)),
  })
  const packedPieces = all[Symbol.asyncIterator]()
  try {
    yield* readerOf(packed.pipeThrough(new DecompressionStream('gzip')))
  } catch (cause) {
    if (cause instanceof AutoencoderError) throw cause
    throw fileError(origin, 'a corrupt or truncated gzip file', { fix: 'download or write the file again', cause })
  }
}

async function* resumed(first: IteratorResult<Piece>, rest: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  try {
    for (let piece = first; !piece.done; piece = await rest.next()) yield piece.value
  } finally {
    await rest.return?.()
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceLength) yield bytes.subarray(start, start + pieceLength)
}

const pieceLength = 2 ** 18

async function* fileAt(origin: Origin, path: string): AsyncGenerator<Uint8Array> {
  const fs = nodeModule<typeof import('node:fs')>('node:fs')
  try {
    if (fs !== undefined) yield* fs.createReadStream(path, { highWaterMark: pieceLength })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR'
    throw fileError(origin, isAbsent ? 'a file that cannot be found' : 'a file that cannot be read', {
      facts: { Reason: isAbsent ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : message },
      fix: isAbsent ? 'check the path; a text itself is passed as { text }' : 'pass a file that this process may read',
      cause,
    })
  }
}

/** Safari's streams are no iterables. */
async function* readerOf<piece>(stream: ReadableStream<piece>): AsyncGenerator<piece> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel().catch(() => {})
  }
}
