// Checks the pages of a column before hyparquet decodes them: sizes, counts and run lengths are what the file claims, and a decoder
// that believes them can fill any memory. https://github.com/apache/parquet-format, "Data Pages" and "Encodings".
import type { PageHeader } from 'hyparquet'

/** What the checks need to know of a column of one row group. */
export interface ChunkClaim {
  /** How it is packed, e.g. `SNAPPY`. */
  readonly codec: string
  /** Its physical type, e.g. `INT32`. */
  readonly type: string
  /** Values, nulls included. */
  readonly count: number
  readonly maxDefinition: number
  readonly maxRepetition: number
}

/** One page whose size and count are known to be possible. */
export interface CheckedPage {
  readonly isDictionary: boolean
  /** Of its values, nulls included. */
  readonly count: number
  readonly encoding: string
  /** The stored content; in a page of version 2 without its levels. */
  readonly stored: Uint8Array
  /** How long the content is once it is unpacked. */
  readonly length: number
  /** Whether the content begins with levels, as in a page of version 1. */
  readonly hasLevels: boolean
  /** Whether some values are missing; in a page of version 1 only its levels tell. */
  readonly hasNulls: boolean | undefined
  /** Whether hyparquet asks for its content to be unpacked. */
  readonly isPacked: boolean
  /** Checks the unpacked content. */
  check(content: Uint8Array): void
}

/** How many times smaller the best packing of each codec makes a page. */
const mostPacked: Readonly<Record<string, number>> = {
  UNCOMPRESSED: 1,
  SNAPPY: 22, // a copy of 64 bytes takes 3
  GZIP: 1032,
  LZ4: 256,
  LZ4_RAW: 256,
  ZSTD: 40_000, // a block of 128 KiB of one byte takes 4
  BROTLI: 1_000_000,
}

/** 16 MiB, and more of a page that is packed no better than deflate can: writers end a page at a MiB, or with one larger value. */
function mostUnpacked(packed: number): number {
  return Math.max(2 ** 24, 1032 * packed)
}

/**
 * The pages of a column chunk in their order.
 *
 * @param chunk its bytes, borrowed
 * @param readHeader hyparquet's reader of page headers
 * @throws {Error} a short reason, when the pages contradict each other, the chunk or its claim
 */
export function checkedPages(
  chunk: Uint8Array,
  claim: ChunkClaim,
  readHeader: (reader: { view: DataView; offset: number }) => PageHeader,
): readonly CheckedPage[] {
  const most = mostPacked[claim.codec]
  if (most === undefined) throw new Error(`it is packed by ${claim.codec}`)
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 }
  const pages: CheckedPage[] = []
  let count = 0
  while (count < claim.count) {
    const header = readHeader(reader)
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header
    const start = reader.offset
    reader.offset += packed
    if (!(packed >= 0 && reader.offset <= chunk.length)) throw new Error('a page ends beyond its column')
    if (!(unpacked >= 0 && unpacked <= Math.min(most * packed + 1000, mostUnpacked(packed))))
      throw new Error(`a page claims to unpack to ${unpacked} bytes`)
    const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header
    if (header.type === 'DICTIONARY_PAGE' && dictionary) {
      assertCount(dictionary.num_values, 8 * unpacked)
      const { num_values, encoding } = dictionary
      const about = { isDictionary: true, count: num_values, encoding: String(encoding), hasLevels: false }
      const stored = chunk.subarray(start, start + packed)
      pages.push({ ...about, stored, length: unpacked, hasNulls: false, isPacked: true, check: () => {} })
    } else if (header.type === 'DATA_PAGE' && v1) {
      assertCount(v1.num_values, claim.count - count)
      count += v1.num_values
      const encoding = String(v1.encoding)
      pages.push({
        isDictionary: false,
        count: v1.num_values,
        encoding,
        stored: chunk.subarray(start, start + packed),
        length: unpacked,
        hasLevels: true,
        hasNulls: undefined,
        isPacked: true,
        check: (content) => checkV1(content, v1.num_values, encoding, claim),
      })
    } else if (header.type === 'DATA_PAGE_V2' && v2) {
      assertCount(v2.num_values, claim.count - count)
      assertCount(v2.num_nulls, v2.num_values)
      count += v2.num_values
      const { repetition_levels_byte_length: repetition, definition_levels_byte_length: definition } = v2
      if (!(repetition >= 0 && definition >= 0 && repetition + definition <= Math.min(packed, unpacked))) {
        throw new Error('the levels of a page are longer than the page')
      }
      const page = chunk.subarray(start, start + packed)
      const levels = repetition + definition
      if (claim.maxRepetition > 0) checkRuns(page.subarray(0, repetition), widthOf(claim.maxRepetition), v2.num_values)
      if (claim.maxDefinition > 0) {
        checkRuns(page.subarray(repetition, levels), widthOf(claim.maxDefinition), v2.num_values)
      }
      const present = v2.num_values - v2.num_nulls
      const encoding = String(v2.encoding)
      const check = (content: Uint8Array) => checkValues(content, present, encoding, claim.type)
      const isPacked = v2.is_compressed !== false && unpacked > levels
      if (!isPacked) check(page.subarray(levels))
      const about = { isDictionary: false, count: v2.num_values, encoding, hasLevels: false }
      const stored = page.subarray(levels)
      pages.push({ ...about, stored, length: unpacked - levels, hasNulls: v2.num_nulls > 0, isPacked, check })
    } else throw new Error(`it has a page of type ${String(header.type)}`)
  }
  return pages
}

function assertCount(count: number, most: number): void {
  if (!(Number.isInteger(count) && count >= 0 && count <= most)) throw new Error(`a page claims ${count} values`)
}

/** Levels, each preceded by its length, then values. */
function checkV1(content: Uint8Array, count: number, encoding: string, claim: ChunkClaim): void {
  let at = 0
  for (const highest of [claim.maxRepetition, claim.maxDefinition]) {
    if (highest === 0) continue
    const length =
      content.length < at + 4 ? -1 : new DataView(content.buffer, content.byteOffset + at, 4).getInt32(0, true)
    if (length < 0 || at + 4 + length > content.length) throw new Error('the levels of a page are longer than the page')
    checkRuns(content.subarray(at + 4, at + 4 + length), widthOf(highest), count)
    at += 4 + length
  }
  checkValues(content.subarray(at), count, encoding, claim.type)
}

/** @param most values; with nulls among them there are fewer */
function checkValues(content: Uint8Array, most: number, encoding: string, type: string): void {
  if (encoding.endsWith('_DICTIONARY')) {
    const [width] = content
    if (width === undefined && most > 0) throw new Error('a page has no values')
    if (width !== undefined) checkRuns(content.subarray(1), width, most, true)
  } else if (encoding === 'RLE' && type === 'BOOLEAN') checkRuns(content.subarray(4), 1, most, true)
  else if (encoding.startsWith('DELTA_')) {
    const [block, afterBlock] = varint(content, 0)
    const [miniblocks] = varint(content, afterBlock)
    if (block > 65_536 || miniblocks < 1 || miniblocks > block) throw new Error('a page of differences is malformed')
  }
}

/**
 * Walks the runs of the RLE and bit-packing hybrid.
 *
 * @param count of the values
 * @param areFewer whether the values may be fewer than that
 */
function checkRuns(runs: Uint8Array, width: number, count: number, areFewer = false): void {
  if (width > 32) throw new Error(`a page claims values of ${width} bits`)
  let seen = 0
  let at = 0
  while (seen < count && at < runs.length) {
    const [header, next] = varint(runs, at)
    const groups = header >>> 1
    const isPacked = (header & 1) === 1
    seen += isPacked ? 8 * groups : groups
    at = next + (isPacked ? width * groups : (width + 7) >> 3)
    // The last group of bits is filled up to 8 values, and may be cut after those that count.
    if (seen > count + (isPacked ? 7 : 0) || at > runs.length + 7) throw new Error('a page has runs beyond its end')
  }
  if (seen < count && !areFewer) throw new Error('a page has runs for fewer values than it claims')
}

/** A number of 32 bits, seven a byte, and where the next begins. */
export function varint(bytes: Uint8Array, start: number): readonly [number, number] {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = bytes[start + i]
    if (byte === undefined) break
    value |= (byte & 127) << (7 * i)
    if (byte < 128) return [value >>> 0, start + i + 1]
  }
  throw new Error('a page has a malformed number')
}

function widthOf(highest: number): number {
  return 32 - Math.clz32(highest)
}
