// Unpacks gzip, recognised by its first two bytes, with the platform's own DecompressionStream (RFC 1952), and keeps no
// more of a file than is wanted.
import { incrementalSha256, sha256 } from './checksum.ts'
import { asBytes, isGzip, lengthOfFirst } from './idx.ts'
import { describe, fileError, type Origin } from './origin.ts'
import type { FoundFile } from './place.ts'

/** What of a file is wanted. */
export interface Wanted {
  /** The most bytes that may come out; a file that unpacks to more is refused. Defaults to any number. */
  readonly maximum?: number | undefined
  /** Only the first so many examples, where it is an IDX file. Defaults to all. */
  readonly limit?: number | undefined
  /** Whether the SHA-256 of the whole file. Defaults to false. */
  readonly checksum?: boolean | undefined
}

/** A file, unpacked. */
export interface UnpackedFile extends FoundFile {
  /** Its bytes: all of them, or the beginning that was wanted. */
  readonly bytes: Uint8Array
  /** How many bytes the whole file has. */
  readonly length: number
  /** The SHA-256 of the whole file, hexadecimal; undefined when not wanted, and in a page that was not served securely. */
  readonly sha256: string | undefined
}

/**
 * @param found packed or not; borrowed
 * @param caller the public function, for messages
 * @param wanted what of it
 * @returns the file; its bytes are the given ones when these are not gzip and all are wanted
 * @throws {DatasetError} when the archive is corrupt, truncated, followed by other bytes, or larger than `maximum`
 */
export async function unpack(
  { file, bytes }: FoundFile,
  caller: string,
  { maximum = Number.POSITIVE_INFINITY, limit, checksum = false }: Wanted = {},
): Promise<UnpackedFile> {
  const hash = checksum ? incrementalSha256() : undefined
  const needsAll = limit === undefined || (checksum && hash === undefined)
  let unpacked = bytes
  let length = 0
  const take = (piece: Uint8Array) => {
    hash?.update(piece)
    length += piece.length
  }
  if (isGzip(bytes)) {
    unpacked = await gunzip(bytes, { caller, file }, maximum, needsAll ? undefined : limit, take)
  } else take(bytes)
  const digest = hash?.digest('hex') ?? (checksum ? await sha256(unpacked) : undefined)
  const kept = firstOf(unpacked, limit)
  if (unpacked !== bytes) release(unpacked, kept)
  return { file, bytes: kept, length, sha256: digest }
}

/**
 * Frees a file that was read and of which something else is kept, where the engine can (Node 22 and newer). The collector
 * would let the 47 MB of an unpacked MNIST lie for as long as a program trains.
 *
 * @param read owned by nobody else, and not to be used any more
 * @param kept what may be a part of it; it is then left alone
 */
export function release({ buffer, byteLength }: Uint8Array, kept: Uint8Array): void {
  if (buffer === kept.buffer || byteLength !== buffer.byteLength) return
  const { transfer } = buffer as { transfer?: (length: number) => ArrayBuffer }
  transfer?.call(buffer, 0)
}

/** A copy of the first examples, so that the rest can go; `bytes` itself where that is all. */
function firstOf(bytes: Uint8Array, limit: number | undefined): Uint8Array {
  const count = lengthOfFirst(bytes, limit)
  return count < bytes.length ? asBytes(bytes).slice(0, count) : bytes
}

/** The first examples of an archive, or all; `take` is given all, piece by piece. */
async function gunzip(
  packed: Uint8Array,
  origin: Origin,
  maximum: number,
  limit: number | undefined,
  take: (piece: Uint8Array) => void,
): Promise<Uint8Array> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(asBytes(packed))
      controller.close()
    },
  })
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader()
  let kept: Uint8Array<ArrayBuffer> = new Uint8Array()
  let wanted = 0
  let length = 0
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      if (length === 0) {
        wanted = Math.min(lengthOfFirst(piece.value, limit), maximum)
        kept = new Uint8Array(Math.min(claimedLength(packed), wanted))
      }
      const end = length + piece.value.length
      if (end > maximum) throw new RangeError(`it unpacks to more than ${maximum} bytes`)
      take(piece.value)
      if (length < wanted) {
        if (Math.min(end, wanted) > kept.length) kept = withRoom(kept.subarray(0, length), Math.min(end, wanted))
        kept.set(piece.value.subarray(0, wanted - length), length)
      }
      length = end
      release(piece.value, kept)
    }
  } catch (cause) {
    reader.cancel().catch(() => {}) // the stream has failed already, or nobody needs the rest
    throw fileError(origin, 'a corrupt gzip file', {
      facts: { Reason: describe(cause) },
      fix: 'download or pack the file again',
      cause,
    })
  }
  const count = Math.min(length, wanted)
  return count === kept.length ? kept : kept.slice(0, count)
}

/**
 * How long the archive's last four bytes say that it is unpacked, as far as that can be: deflate packs 1032 bytes into one at most.
 * Room for so much at once spares a copy of everything.
 */
function claimedLength(bytes: Uint8Array): number {
  if (bytes.length < 4) return 0
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4)
  return Math.min(end.getUint32(0, true), 1032 * bytes.length)
}

/** The same bytes, with room for `least` or twice as many. */
function withRoom(bytes: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.max(least, 2 * bytes.length))
  out.set(bytes)
  return out
}
