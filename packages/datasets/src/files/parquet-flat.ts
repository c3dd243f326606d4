// Numbers of a column without lists and without missing values, plain or by a dictionary: what pandas, pyarrow and polars write for
// most columns of numbers. They are copied as a whole, which hyparquet does value by value.
import type { SchemaElement } from 'hyparquet'
import { type CheckedPage, varint } from './parquet-pages.ts'

type Numbers = Float32Array | Float64Array | Int32Array | BigInt64Array

const arrays = { FLOAT: Float32Array, DOUBLE: Float64Array, INT32: Int32Array, INT64: BigInt64Array }

/** Annotations under which the stored numbers mean what they are. */
const plain = /^(?:INT_(?:8|16|32|64)|UINT_(?:8|16))$/

/**
 * The numbers of a column.
 *
 * @param pages all of them, checked
 * @param unpack gives the content of a page
 * @returns undefined if it is not such a column: hyparquet then reads it
 * @throws {Error} a short reason, when a page is damaged
 */
export function flatNumbers(
  pages: readonly CheckedPage[],
  { type, converted_type: converted, logical_type: logical }: SchemaElement,
  { rows, maxDefinition }: { readonly rows: number; readonly maxDefinition: number },
  unpack: (page: CheckedPage) => Uint8Array,
): Float32Array | Float64Array | Int32Array | undefined {
  const create = arrays[type as keyof typeof arrays]
  const isPlain = converted === undefined ? logical === undefined : plain.test(converted)
  if (create === undefined || !isPlain || maxDefinition > 1 || pages.some(({ hasNulls }) => hasNulls)) return undefined
  const known = ({ isDictionary, encoding }: CheckedPage) =>
    isDictionary || encoding === 'PLAIN' || encoding.endsWith('_DICTIONARY')
  if (!pages.every(known)) return undefined
  const values = new create(rows)
  let dictionary: Numbers | undefined
  let done = 0
  for (const page of pages) {
    const content = page.isPacked ? unpack(page) : page.stored
    if (page.isDictionary) {
      dictionary = copied(content, new create(page.count))
      continue
    }
    page.check(content)
    const start = page.hasLevels && maxDefinition > 0 ? afterLevels(content, page.count) : 0
    if (start === undefined) return undefined
    const part = values.subarray(done, done + page.count)
    if (page.encoding === 'PLAIN') copied(content.subarray(start), part)
    else if (!lookUp(content.subarray(start), dictionary, part)) throw new Error('a page points beyond its dictionary')
    done += page.count
  }
  return values instanceof BigInt64Array ? exactNumbers(values) : values
}

/** The values of a typed array from bytes, which must be enough; typed arrays are little-endian, as these bytes are. */
function copied<numbers extends Numbers>(content: Uint8Array, into: numbers): numbers {
  if (content.length < into.byteLength) throw new Error('a page has fewer values than it claims')
  new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(content.subarray(0, into.byteLength))
  return into
}

/** Where the values begin behind the definition levels, one bit each; undefined if a value is missing. */
function afterLevels(content: Uint8Array, count: number): number | undefined {
  const length = new DataView(content.buffer, content.byteOffset, 4).getInt32(0, true)
  let at = 4
  let seen = 0
  while (seen < count) {
    const [header, next] = varint(content, at)
    const groups = header >>> 1
    if (header & 1) {
      for (let i = 0; i < groups && seen + 8 * i < count; i++) {
        const bits = Math.min(8, count - seen - 8 * i)
        if (((content[next + i] as number) & (2 ** bits - 1)) !== 2 ** bits - 1) return undefined
      }
      seen += 8 * groups
      at = next + groups
    } else {
      if (content[next] !== 1) return undefined
      seen += groups
      at = next + 1
    }
  }
  return 4 + length
}

/** Values by their places in the dictionary: the width of the places, then runs of them. Returns whether all were there. */
function lookUp(content: Uint8Array, dictionary: Numbers | undefined, into: Numbers): boolean {
  if (dictionary === undefined) return false
  const width = content[0] as number
  let at = 1
  let seen = 0
  while (seen < into.length) {
    const [header, next] = varint(content, at)
    const groups = header >>> 1
    if (header & 1) {
      const end = Math.min(seen + 8 * groups, into.length)
      for (let bit = 8 * next; seen < end; seen++, bit += width) {
        const place = bitsAt(content, bit, width)
        if (place >= dictionary.length) return false
        into[seen] = dictionary[place] as never
      }
      at = next + width * groups
    } else {
      let place = 0
      const bytes = (width + 7) >> 3
      for (let i = 0; i < bytes; i++) place += (content[next + i] as number) * 2 ** (8 * i)
      if (place >= dictionary.length) return false
      const end = Math.min(seen + groups, into.length)
      into.fill(dictionary[place] as never, seen, end)
      seen = end
      at = next + bytes
    }
  }
  return true
}

/** A number of up to 32 bits, the lowest first, that begins at a bit. */
function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  const from = bit >> 3
  const low = ((bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8) | ((bytes[from + 2] ?? 0) << 16)) >> (bit & 7)
  if (width <= 16) return low & ((1 << width) - 1)
  let value = low & 0xffff
  for (let taken = 16; taken < width; taken += 8)
    value += bitsAt(bytes, bit + taken, Math.min(8, width - taken)) * 2 ** taken
  return value
}

/** Integers of 64 bits as numbers; undefined if one is too large, which hyparquet's values then show. */
function exactNumbers(values: BigInt64Array): Float64Array | undefined {
  const halves = new Int32Array(values.buffer)
  const numbers = new Float64Array(values.length)
  for (let i = 0; i < numbers.length; i++) {
    const number = (halves[2 * i + 1] as number) * 2 ** 32 + ((halves[2 * i] as number) >>> 0)
    if (!Number.isSafeInteger(number)) return undefined
    numbers[i] = number
  }
  return numbers
}
