// Unpacks gzip, recognised by its first two bytes, with the platform's own DecompressionStream (RFC 1952), and keeps
// only as much of a file as is needed.
import { DatasetError } from '@ae/core'
import { incrementalSha256, sha256 } from './checksum.ts'
import { describe, fileError, type Origin } from './file-error.ts'
import {
  asBytes,
  claimedBytes,
  claimOf,
  type Header,
  isGzip,
  lengthOfFirst,
  overlong,
  readHeader,
  truncated,
} from './idx.ts'
import type { FoundFile } from './place.ts'

/** Which part of a file is needed. */
export interface Wanted {
  /** The most bytes that may come out; a file that unpacks to more is refused. Defaults to what its IDX header claims. */
  readonly maximum?: number | undefined
  /** Only the first so many examples, where it is an IDX file. Defaults to all. */
  readonly limit?: number | undefined
  /** Whether to compute the SHA-256 of the whole file. Defaults to false. */
  readonly checksum?: boolean | undefined
  /** Stops unpacking. */
  readonly signal?: AbortSignal | undefined
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
 * @param wanted which part of it
 * @returns the file; its bytes are the given ones when these are not gzip and all are wanted
 * @throws {DatasetError} when the archive is corrupt, truncated, followed by other bytes, or larger than `maximum`
 * @throws the signal's reason when it aborts
 */
export async function unpack(
  { file, bytes }: FoundFile,
  caller: string,
  { limit, checksum = false, ...others }: Wanted = {},
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
    unpacked = await gunzip(bytes, { caller, file }, { ...others, limit: needsAll ? undefined : limit }, take)
  } else take(bytes)
  const digest = hash?.digest('hex') ?? (checksum ? await sha256(unpacked) : undefined)
  const kept = firstOf(unpacked, limit)
  if (unpacked !== bytes) release(unpacked, kept)
  return { file, bytes: kept, length, sha256: digest }
}

/**
 * Frees a file that was read and of which something else is kept, where the engine can (Node 22 and newer). Otherwise the
 * 47 MB of an unpacked MNIST may stay for as long as a program trains, because no full garbage collection runs.
 *
 * @param read not shared with anything else, and no longer used
 * @param kept if this is a view of `read`, nothing is freed
 */
export function release({ buffer, byteLength }: Uint8Array, kept: Uint8Array): void {
  if (buffer === kept.buffer || byteLength !== buffer.byteLength) return
  const { transfer } = buffer as { transfer?: (length: number) => ArrayBuffer }
  transfer?.call(buffer, 0)
}

/** A copy of the first examples, so that the rest can be freed; `bytes` itself if these are all. */
function firstOf(bytes: Uint8Array, limit: number | undefined): Uint8Array {
  const count = lengthOfFirst(bytes, limit)
  return count < bytes.length ? asBytes(bytes).slice(0, count) : bytes
}

/**
 * The first examples of an archive, or all; `take` is given all, piece by piece. Unpacking stops at `maximum`, or else at
 * what the header of the IDX file inside claims, because an archive can unpack to a thousand times its size.
 */
async function gunzip(
  packed: Uint8Array,
  origin: Origin,
  { maximum = Number.POSITIVE_INFINITY, limit, signal }: Wanted,
  take: (piece: Uint8Array) => void,
): Promise<Uint8Array> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(asBytes(packed))
      controller.close()
    },
  })
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader()
  const isBounded = Number.isFinite(maximum)
  const unclaimed = Math.max(4 * packed.length, 2 ** 16) // for what is not IDX, which the reader then refuses
  let header: Header | undefined
  let wanted = Math.min(maximum, unclaimed)
  let kept: Uint8Array<ArrayBuffer> = new Uint8Array()
  let length = 0
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      signal?.throwIfAborted()
      const end = length + piece.value.length
      if (end > maximum) throw new RangeError(`it unpacks to more than ${maximum} bytes`)
      take(piece.value)
      if (length < wanted) {
        if (Math.min(end, wanted) > kept.length) kept = withRoom(kept.subarray(0, length), Math.min(end, wanted))
        kept.set(piece.value.subarray(0, wanted - length), length)
      }
      length = end
      if (header === undefined) {
        header = readHeader(kept.subarray(0, length))
        if (header !== undefined) {
          const most = isBounded ? maximum : assertPossible(header, packed, origin)
          wanted = Math.min(lengthOfFirst(kept, limit), most)
          kept = withRoom(kept.subarray(0, length), Math.min(claimedLength(packed), wanted))
        } else if (isBounded) wanted = maximum
        else if (length > unclaimed) break
      }
      if (header !== undefined && !isBounded && length > claimedBytes(header)) {
        throw overlong(origin, header, `${length} bytes or more`)
      }
      release(piece.value, kept)
    }
    reader.cancel().catch(() => {}) // the rest of a file that is not IDX is not needed
  } catch (cause) {
    reader.cancel().catch(() => {}) // the stream has failed already, or the rest is not needed
    if (DatasetError.isInstance(cause) || signal?.aborted) throw cause
    throw fileError(origin, 'a corrupt gzip file', {
      facts: { Reason: describe(cause) },
      fix: 'download or pack the file again',
      cause,
    })
  }
  const count = Math.min(length, wanted)
  return count === kept.length ? kept : kept.slice(0, count)
}

/** The bytes that the header claims, if an archive of this size can hold them. */
function assertPossible(header: Header, packed: Uint8Array, origin: Origin): number {
  const claimed = claimedBytes(header)
  if (claimed <= mostOf(packed)) return claimed
  throw truncated(origin, claimOf(header), `${packed.length} bytes of gzip, which hold ${mostOf(packed)} at most`)
}

/** The most bytes that an archive can hold: deflate packs 1032 bytes into one at most (zlib's technical details). */
function mostOf(packed: Uint8Array): number {
  return 1032 * packed.length
}

/**
 * How long the archive's last four bytes say that it is unpacked, as far as that can be. Allocating that much at once
 * avoids copying everything later.
 */
function claimedLength(bytes: Uint8Array): number {
  if (bytes.length < 4) return 0
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4)
  return Math.min(end.getUint32(0, true), mostOf(bytes))
}

/** The same bytes, with room for `least` or twice as many. */
function withRoom(bytes: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.max(least, 2 * bytes.length))
  out.set(bytes)
  return out
}
