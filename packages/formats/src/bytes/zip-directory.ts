// The files of a zip archive, found through its central directory alone: torch.save leaves lengths and checksums out of the local
// headers, and always writes the records of zip64.
// PKWARE, .ZIP File Format Specification 6.3.10, sections 4.3.12 to 4.3.16
import { crc32 } from '@ae/core/internal'
import type { ByteSource } from './byte-source.ts'
import { FormatProblem } from './format-problem.ts'

/** One file of an archive. */
export interface ZipEntry {
  /** Its path in the archive. */
  readonly name: string
  /** Its length in bytes. */
  readonly size: number
  /** How many bytes the archive holds it in. */
  readonly packedSize: number
  /** How: 0 as it is, 8 deflated. */
  readonly method: number
  /** Its CRC-32; 0 where the writer computed none. */
  readonly checksum: number
  /** Where its local header begins. */
  readonly headerAt: number
}

/** Whether bytes begin as an archive does. */
export function isZip(beginning: Uint8Array): boolean {
  return beginning[0] === 0x50 && beginning[1] === 0x4b && (beginning[2] === 3 || beginning[2] === 5)
}

/**
 * The files of an archive.
 *
 * @param bytes borrowed
 * @returns by name; where a name occurs twice, the last
 * @throws {FormatProblem} when there is no well-formed directory
 */
export async function readZipDirectory(bytes: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const { at, length, count } = await findDirectory(bytes)
  if (at + length > bytes.size || count > length / 46) throw new FormatProblem('its directory reaches beyond its end')
  const directory = await bytes.read(at, at + length)
  const view = viewOf(directory)
  const entries = new Map<string, ZipEntry>()
  let next = 0
  for (let i = 0; i < count; i++) {
    if (next + 46 > length || view.getUint32(next, true) !== 0x02014b50)
      throw new FormatProblem('its directory is damaged')
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) =>
      view.getUint16(next + place, true),
    ) as Three
    const after = next + 46 + nameLength
    if (after + extraLength + commentLength > length) throw new FormatProblem('its directory is damaged')
    if (view.getUint16(next + 8, true) & 1) throw new FormatProblem('it is encrypted')
    const name = new TextDecoder().decode(directory.subarray(next + 46, after))
    const sizes = wideSizes(directory.subarray(after, after + extraLength), {
      size: view.getUint32(next + 24, true),
      packedSize: view.getUint32(next + 20, true),
      headerAt: view.getUint32(next + 42, true),
    })
    const method = view.getUint16(next + 10, true)
    entries.set(name, { name, method, checksum: view.getUint32(next + 16, true), ...sizes })
    next = after + extraLength + commentLength
  }
  return entries
}

type Three = [number, number, number]

/**
 * The content of one file of an archive.
 *
 * @param bytes of the archive
 * @param entry of its directory
 * @returns perhaps a view: borrowed
 * @throws {FormatProblem} when it is not there whole
 */
export async function readZipEntry(bytes: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  const { name, size, packedSize, method, checksum, headerAt } = entry
  const damaged = (problem: string) => new FormatProblem(`its part ${JSON.stringify(name)} ${problem}`)
  if (headerAt + 30 > bytes.size) throw damaged('lies beyond its end')
  const header = viewOf(await bytes.read(headerAt, headerAt + 30))
  if (header.getUint32(0, true) !== 0x04034b50) throw damaged('is not where its directory says')
  const start = headerAt + 30 + header.getUint16(26, true) + header.getUint16(28, true)
  if (start + packedSize > bytes.size) throw damaged('lies beyond its end')
  if (method !== 0 && method !== 8) throw damaged(`is packed by method ${method}, which is not deflate`)
  // Deflate makes at most 1032 bytes of one.
  if (method === 0 ? size !== packedSize : size > 1032 * packedSize + 64) throw damaged('has an impossible length')
  const packed = await bytes.read(start, start + packedSize)
  const content = method === 0 ? packed : await inflate(packed, size, damaged)
  if (checksum !== 0 && crc32(content) !== checksum) throw damaged('does not have the checksum in its directory')
  return content
}

async function inflate(
  packed: Uint8Array,
  size: number,
  damaged: (problem: string) => FormatProblem,
): Promise<Uint8Array> {
  const { inflateSync } = await import('fflate')
  let content: Uint8Array
  try {
    content = inflateSync(packed, { out: new Uint8Array(size) })
  } catch (cause) {
    throw damaged(`cannot be unpacked (${String(cause)})`)
  }
  if (content.length !== size) throw damaged('unpacks to another length')
  return content
}

/** Finds the directory by the records at the archive's end. */
async function findDirectory(bytes: ByteSource): Promise<{ at: number; length: number; count: number }> {
  const tailStart = Math.max(0, bytes.size - 22 - 65535 - 20)
  const tail = await bytes.read(tailStart, bytes.size)
  const view = viewOf(tail)
  let end = tail.length - 22
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--
  if (end < 0) throw new FormatProblem('its end is missing')
  const narrow = {
    at: view.getUint32(end + 16, true),
    length: view.getUint32(end + 12, true),
    count: view.getUint16(end + 10, true),
  }
  const isWide = narrow.at === 0xffffffff || narrow.length === 0xffffffff || narrow.count === 0xffff
  if (!isWide) return narrow
  if (end < 20 || view.getUint32(end - 20, true) !== 0x07064b50) throw new FormatProblem('its end is damaged')
  const at = wide(view, end - 12)
  if (at + 56 > bytes.size) throw new FormatProblem('its end is damaged')
  const record = viewOf(await bytes.read(at, at + 56))
  if (record.getUint32(0, true) !== 0x06064b50) throw new FormatProblem('its end is damaged')
  return { at: wide(record, 48), length: wide(record, 40), count: wide(record, 32) }
}

type Sizes = Pick<ZipEntry, 'size' | 'packedSize' | 'headerAt'>

/** Sizes that 32 bits cannot hold are in the extra field 1, in this order. */
function wideSizes(extra: Uint8Array, sizes: Sizes): Sizes {
  const view = viewOf(extra)
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true)
    if (view.getUint16(at, true) === 1) {
      let next = at + 4
      const take = (value: number) => {
        if (value !== 0xffffffff) return value
        if (next + 8 > Math.min(extra.length, at + 4 + length)) throw new FormatProblem('its directory is damaged')
        next += 8
        return wide(view, next - 8)
      }
      const size = take(sizes.size)
      const packedSize = take(sizes.packedSize)
      return { size, packedSize, headerAt: take(sizes.headerAt) }
    }
    at += 4 + length
  }
  return sizes
}

/** 64 bits as a number; beyond 2^53 it is beyond every file, however rounded. */
function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true))
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
