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
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      chunks.push(chunk.value)
      length += chunk.value.length
      if (length > maximum) throw new RangeError(`it unpacks to more than ${maximum} bytes`)
    }
  } catch (cause) {
    reader.cancel().catch(() => {}) // the stream has failed already, or nobody needs the rest
    throw fileError(origin, 'a corrupt gzip file', {
      facts: { Reason: describe(cause) },
      fix: 'download or pack the file again',
      cause,
    })
  }
  return join(chunks, length)
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}
