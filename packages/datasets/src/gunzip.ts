// Unpacks gzip, recognised by its first two bytes, with the platform's own DecompressionStream (RFC 1952).
import { asBytes, isGzip } from './idx.ts'
import { describe, fileError, type Origin } from './origin.ts'

/**
 * @param bytes packed or not; borrowed
 * @param origin for messages
 * @param maximum the most bytes that may come out; a file that unpacks to more is refused
 * @returns the unpacked bytes; `bytes` itself when it is not gzip
 * @throws {DatasetError} when the archive is corrupt, truncated, followed by other bytes, or larger than `maximum`
 */
export async function gunzip(
  bytes: Uint8Array,
  origin: Origin,
  maximum = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(asBytes(bytes))
      controller.close()
    },
  })
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader()
  let unpacked = new Uint8Array(Math.min(claimedLength(bytes), maximum))
  let length = 0
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const end = length + chunk.value.length
      if (end > maximum) throw new RangeError(`it unpacks to more than ${maximum} bytes`)
      if (end > unpacked.length) unpacked = withRoom(unpacked.subarray(0, length), end)
      unpacked.set(chunk.value, length)
      length = end
    }
  } catch (cause) {
    reader.cancel().catch(() => {}) // the stream has failed already, or nobody needs the rest
    throw fileError(origin, 'a corrupt gzip file', {
      facts: { Reason: describe(cause) },
      fix: 'download or pack the file again',
      cause,
    })
  }
  return length === unpacked.length ? unpacked : unpacked.slice(0, length)
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
