// The pieces of a PNG file: a signature, then chunks of a length, a type of four letters, data and a checksum (W3C,
// Portable Network Graphics Specification, Third Edition, 2025, section 5).
import type { Bytes } from '@ae/core'
import { crc32 } from '@ae/core/internal'

/** One piece, without its length and checksum. */
export interface Chunk {
  /** Four letters. */
  readonly type: string
  readonly data: Uint8Array
}

const signature = [137, 80, 78, 71, 13, 10, 26, 10]

/** @returns the chunks of a whole PNG file, as views of it */
export function readChunks(file: Uint8Array): readonly Chunk[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const chunks: Chunk[] = []
  for (let at = signature.length; at < file.length; ) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8))
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

/** @returns a PNG file of these chunks */
export function writeChunks(chunks: readonly Chunk[]): Bytes {
  const file = new Uint8Array(chunks.reduce((size, { data }) => size + 12 + data.length, signature.length))
  const view = new DataView(file.buffer)
  file.set(signature)
  let at = signature.length
  for (const { type, data } of chunks) {
    const end = at + 8 + data.length
    view.setUint32(at, data.length)
    for (let letter = 0; letter < 4; letter++) file[at + 4 + letter] = type.charCodeAt(letter)
    file.set(data, at + 8)
    view.setUint32(end, crc32(file.subarray(at + 4, end)))
    at = end + 4
  }
  return file
}
