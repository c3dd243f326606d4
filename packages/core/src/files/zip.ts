// Zip archives, read through their central directory alone: local headers may hold zeros (torch.save) or the markers of 64-bit
// sizes (np.savez), with the sizes behind the data. PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
import { crc32 } from './crc32.ts'
import { joinBytes } from './join-bytes.ts'
import type { Refuse } from './refuse.ts'

/** A file of which parts are read. */
export interface RandomAccess {
  /** In bytes. */
  readonly length: number
  /** Bytes `start .. end - 1`, which lie within the file; maybe a view. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** One file of an archive. */
export interface ZipMember {
  readonly name: string
  /** Unpacked, in bytes. */
  readonly size: number
  /**
   * Its bytes, maybe a view of the archive, compared with their CRC-32 unless that is 0.
   *
   * @throws what `refuse` makes, when they are damaged or packed in an unknown way
   */
  read(): Promise<Uint8Array>
}

/**
 * What an archive holds.
 *
 * @param archive borrowed until the last member is read
 * @param refuse makes the error of an archive that cannot be read
 * @returns its files by name, in their order; no folders
 */
export async function readZip(archive: RandomAccess, refuse: Refuse): Promise<ReadonlyMap<string, ZipMember>> {
  const damaged = (reason: string) => refuse('a damaged zip archive', { facts: { Reason: reason }, fix: again })
  const { start, length, count } = await findDirectory(archive, damaged)
  if (start + length > archive.length) throw damaged('its directory lies beyond its end')
  const bytes = await archive.read(start, start + length)
  const view = viewOf(bytes)
  const members = new Map<string, ZipMember>()
  let at = 0
  let packed = 0
  for (let i = 0; i < count; i++) {
    const entry = entryAt(bytes, view, at)
    if (entry === undefined) throw damaged('its directory is malformed')
    at = entry.end
    packed += entry.packedSize
    if (packed > archive.length) throw damaged('its files overlap')
    if (members.has(entry.name)) throw damaged(`it holds two files named ${JSON.stringify(entry.name.slice(0, 60))}`)
    if (entry.name.endsWith('/')) continue
    members.set(entry.name, { name: entry.name, size: entry.size, read: () => readMember(archive, entry, refuse) })
  }
  return members
}

const again = 'download or write the file again'

interface Entry {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly checksum: number
  readonly packedSize: number
  readonly size: number
  /** Where its local header begins. */
  readonly offset: number
  /** Where the next entry of the directory begins. */
  readonly end: number
}

const marker32 = 0xffffffff

/** The directory, from the record at the end of the archive, or the one of 64 bits that lies before that. */
async function findDirectory(
  archive: RandomAccess,
  damaged: (reason: string) => Error,
): Promise<{ start: number; length: number; count: number }> {
  const tailStart = Math.max(0, archive.length - 22 - 0xffff)
  const tail = await archive.read(tailStart, archive.length)
  const view = viewOf(tail)
  let at = tail.length - 22
  // The comment behind the record may hold anything, so that the record is the last one whose comment ends with the file.
  while (
    at >= 0 &&
    !(view.getUint32(at, true) === 0x06054b50 && at + 22 + view.getUint16(at + 20, true) === tail.length)
  )
    at--
  if (at < 0) throw damaged('its end is missing')
  const locator = at - 20
  if (locator >= 0 && view.getUint32(locator, true) === 0x07064b50) {
    const start = wideAt(view, locator + 8)
    if (start + 56 > tailStart + locator) throw damaged('its end is malformed')
    const record = viewOf(await archive.read(start, start + 56))
    if (record.getUint32(0, true) !== 0x06064b50) throw damaged('its end is malformed')
    return { count: wideAt(record, 32), length: wideAt(record, 40), start: wideAt(record, 48) }
  }
  return {
    count: view.getUint16(at + 10, true),
    length: view.getUint32(at + 12, true),
    start: view.getUint32(at + 16, true),
  }
}

/** One entry of the directory; undefined when it is malformed. */
function entryAt(bytes: Uint8Array, view: DataView, at: number): Entry | undefined {
  if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) return undefined
  const nameEnd = at + 46 + view.getUint16(at + 28, true)
  const extraEnd = nameEnd + view.getUint16(at + 30, true)
  const end = extraEnd + view.getUint16(at + 32, true)
  if (end > bytes.length) return undefined
  const narrow = {
    size: view.getUint32(at + 24, true),
    packedSize: view.getUint32(at + 20, true),
    offset: view.getUint32(at + 42, true),
  }
  const wide = widened(view, narrow, nameEnd, extraEnd)
  if (wide === undefined || ![...Object.values(wide)].every(Number.isSafeInteger)) return undefined
  return {
    name: new TextDecoder().decode(bytes.subarray(at + 46, nameEnd)),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    end,
    ...wide,
  }
}

type Sizes = Record<'size' | 'packedSize' | 'offset', number>

/** Sizes of 64 bits stand in the extra field 1, in this order, for those that are marked (4.5.3). */
function widened(view: DataView, narrow: Sizes, start: number, end: number): Sizes | undefined {
  const marked = (['size', 'packedSize', 'offset'] as const).filter((name) => narrow[name] === marker32)
  if (marked.length === 0) return narrow
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue
    if (view.getUint16(at + 2, true) < 8 * marked.length || at + 4 + 8 * marked.length > end) return undefined
    return { ...narrow, ...Object.fromEntries(marked.map((name, i) => [name, wideAt(view, at + 4 + 8 * i)])) }
  }
  return undefined
}

async function readMember(archive: RandomAccess, entry: Entry, refuse: Refuse): Promise<Uint8Array> {
  const { name, size, packedSize, offset, method, flags } = entry
  const fail = (reason: string, fix = again) =>
    refuse('a zip archive with a file that cannot be read', { facts: { Member: name, Reason: reason }, fix })
  if (flags & 1) throw fail('it is encrypted', 'write the archive without a password')
  if (method !== 0 && method !== 8) {
    throw fail(`it is packed by method ${method}`, 'pack it by deflate, or store it, as np.savez does')
  }
  if (offset + 30 > archive.length) throw fail('it begins beyond the end of the archive')
  const header = viewOf(await archive.read(offset, offset + 30))
  if (header.getUint32(0, true) !== 0x04034b50) throw fail('there is no file at its place')
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true)
  if (start + packedSize > archive.length) throw fail('it ends beyond the end of the archive')
  if (method === 0 ? size !== packedSize : size > 1032 * packedSize) throw fail('its sizes contradict each other')
  const packed = await archive.read(start, start + packedSize)
  const bytes = method === 0 ? packed : await inflate(packed, size)
  if (typeof bytes === 'string') throw fail(bytes)
  if (bytes.length !== size) throw fail(`it has ${bytes.length} bytes instead of ${size}`)
  // torch.save writes 0 where it was told to compute none.
  if (entry.checksum !== 0 && crc32(bytes) !== entry.checksum) throw fail('its checksum is wrong')
  return bytes
}

/** Unpacks as many bytes as there shall be; or says why it cannot. */
async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array | string> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(packed as Uint8Array<ArrayBuffer>)
      controller.close()
    },
  })
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      length += piece.value.length
      if (length > size) return `it unpacks to more than ${size} bytes`
      pieces.push(piece.value)
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    reader.cancel().catch(() => {}) // it has ended, failed, or the rest is not wanted
  }
  return joinBytes(pieces)
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** A number of 64 bits; beyond 2^53 it is no safe integer, and too large for any file. */
function wideAt(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)
}
