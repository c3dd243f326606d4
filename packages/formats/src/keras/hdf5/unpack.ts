// From the chunks of a dataset to its values in row-major order.
import { type Shape, sizeOfShape } from '@ae/core'
import { show } from '@ae/core/internal'
import { unzlibSync } from 'fflate'
import { type Chunk, type Filter, filterIds, type Layout } from './dataset.ts'
import type { Hdf5Bytes } from './hdf5-bytes.ts'

/**
 * The bytes of a dataset's values.
 *
 * @param file borrowed
 * @param name of the dataset, for messages
 * @param layout where they are
 * @param shape of the dataset
 * @param itemSize bytes of one value
 * @returns a view of the file, or new
 */
export function unpack(file: Hdf5Bytes, name: string, layout: Layout, shape: Shape, itemSize: number): Uint8Array {
  const length = itemSize * sizeOfShape(shape)
  if (layout.kind === 'whole') {
    if (layout.bytes.length === length) return layout.bytes
    throw file.refuse(`the values of ${show(name)} do not fill its shape`)
  }
  const { chunkShape, chunks, filters } = layout
  const chunkLength = itemSize * sizeOfShape(chunkShape)
  // Unpacked first, so that memory is only taken for values that are there.
  const most = chunkLength + 4 * filters.length // with the checksums that filters add
  const parts = chunks.map((chunk) => ({ chunk, bytes: unpackChunk(file, name, chunk, filters, itemSize, most) }))
  if (parts.some(({ bytes }) => bytes.length !== chunkLength)) {
    throw file.refuse(`a chunk of ${show(name)} does not have the length of a chunk`)
  }
  const values = new Uint8Array(length)
  for (const { chunk, bytes } of parts) copyChunk(values, shape, bytes, chunkShape, chunk.offset, itemSize)
  return values
}

function unpackChunk(
  file: Hdf5Bytes,
  name: string,
  { at, size, skipped }: Chunk,
  filters: readonly Filter[],
  itemSize: number,
  most: number,
): Uint8Array {
  const damaged = () => file.refuse(`a chunk of ${show(name)} is damaged`)
  return filters.reduceRight(
    (bytes, { id }, i) => {
      if ((skipped >> i) & 1) return bytes
      if (id === filterIds.shuffle) return unshuffle(bytes, itemSize)
      if (id === filterIds.fletcher32) {
        const content = bytes.subarray(0, -4)
        const sum = new DataView(bytes.buffer, bytes.byteOffset + content.length).getUint32(0, true)
        if (fletcher32(content) !== sum) throw damaged()
        return content
      }
      if (most > 1032 * bytes.length + 1000) throw damaged() // deflate packs 1032 bytes into one at most
      let content: Uint8Array
      try {
        content = unzlibSync(bytes, { out: new Uint8Array(most) }) // of more no room is made, and the checksum is wrong
      } catch {
        throw damaged()
      }
      if (adler32(content) !== new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0))
        throw damaged()
      return content
    },
    file.slice(at, size),
  )
}

/** The first bytes of all values, then the second ones, ...: back to value by value. */
function unshuffle(bytes: Uint8Array, itemSize: number): Uint8Array {
  const count = Math.floor(bytes.length / itemSize)
  const values = bytes.slice()
  for (let byte = 0; byte < itemSize; byte++) {
    for (let i = 0; i < count; i++) values[i * itemSize + byte] = bytes[byte * count + i] ?? 0
  }
  return values
}

/** The checksum of zlib, which fflate does not look at. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return b * 65536 + a
}

/** HDF5's own: of words of 16 bits, the high byte first, in sums modulo 65535. */
function fletcher32(bytes: Uint8Array): number {
  let [a, b] = [0, 0]
  for (let i = 0; i < bytes.length; i += 2) {
    a = (a + 256 * (bytes[i] ?? 0) + (bytes[i + 1] ?? 0)) % 65535
    b = (b + a) % 65535
  }
  return b * 65536 + a
}

/** Copies what of a chunk lies within the shape, row by row. */
function copyChunk(
  values: Uint8Array,
  shape: Shape,
  bytes: Uint8Array,
  chunkShape: Shape,
  offset: readonly number[],
  itemSize: number,
): void {
  const last = shape.length - 1
  const copy = (axis: number, from: number, to: number): void => {
    const [own, chunk, first] = [shape[axis] ?? 1, chunkShape[axis] ?? 1, offset[axis] ?? 0]
    const count = Math.max(0, Math.min(chunk, own - first))
    if (axis >= last) {
      const begin = from * chunk * itemSize
      values.set(bytes.subarray(begin, begin + count * itemSize), (to * own + first) * itemSize)
      return
    }
    for (let i = 0; i < count; i++) copy(axis + 1, from * chunk + i, to * own + first + i)
  }
  copy(0, 0, 0)
}
