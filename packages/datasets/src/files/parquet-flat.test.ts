import type { SchemaElement } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { flatNumbers } from './parquet-flat.ts'
import type { CheckedPage } from './parquet-pages.ts'

const page = (about: Partial<CheckedPage> & { readonly stored: Uint8Array }): CheckedPage => ({
  isDictionary: false,
  count: 0,
  encoding: 'PLAIN',
  length: about.stored.length,
  hasLevels: false,
  hasNulls: false,
  isPacked: true,
  check: () => {},
  ...about,
})
const bytesOf = (values: Float32Array | Int32Array | BigInt64Array) => new Uint8Array(values.buffer)
const read = (pages: CheckedPage[], rows: number, element: Partial<SchemaElement>, maxDefinition = 0) =>
  flatNumbers(pages, { name: 'x', ...element }, { rows, maxDefinition }, ({ stored }) => stored)

/** Places of some width, as Parquet packs them: groups of 8, the lowest bits first. */
function packed(places: readonly number[], width: number): Uint8Array {
  const groups = Math.ceil(places.length / 8)
  const bytes = new Uint8Array(groups * width)
  for (const [i, place] of places.entries()) {
    for (let bit = 0; bit < width; bit++) {
      const at = i * width + bit
      bytes[at >> 3] = (bytes[at >> 3] as number) | ((Math.floor(place / 2 ** bit) % 2) << (at & 7))
    }
  }
  const header = 2 * groups + 1
  return Uint8Array.of(width, ...(header < 128 ? [header] : [(header & 127) | 128, header >> 7]), ...bytes)
}

describe('flatNumbers', () => {
  test.each([1, 2, 3, 5, 7, 8, 9, 12, 15, 16, 17, 18, 20, 24, 25, 29, 31, 32])(
    'looks up places of %i bits in a dictionary',
    (width) => {
      const size = Math.min(2 ** width, 70_000)
      const dictionary = Float32Array.from({ length: size }, (_, i) => i / 2)
      const places = Array.from({ length: 203 }, (_, i) => (i * 9973) % size)
      const pages = [
        page({ isDictionary: true, count: size, stored: bytesOf(dictionary) }),
        page({ count: 203, encoding: 'RLE_DICTIONARY', stored: packed(places, width) }),
      ]
      expect(read(pages, 203, { type: 'FLOAT' })).toEqual(Float32Array.from(places, (place) => place / 2))
    },
  )

  test('takes runs of one place, and refuses a place beyond the dictionary', () => {
    const dictionary = page({ isDictionary: true, count: 3, stored: bytesOf(Int32Array.of(5, 6, 7)) })
    const run = (place: number) => page({ count: 4, encoding: 'RLE_DICTIONARY', stored: Uint8Array.of(2, 8, place) })
    expect(read([dictionary, run(2)], 4, { type: 'INT32' })).toEqual(Int32Array.of(7, 7, 7, 7))
    expect(() => read([dictionary, run(3)], 4, { type: 'INT32' })).toThrow('a page points beyond its dictionary')
    expect(() => read([run(0)], 4, { type: 'INT32' })).toThrow('a page points beyond its dictionary')
  })

  test('leaves integers beyond 2^53, missing values, and types that mean something else to hyparquet', () => {
    const stored = bytesOf(BigInt64Array.of(1n, -(2n ** 53n) + 1n))
    expect(read([page({ count: 2, stored })], 2, { type: 'INT64' })).toEqual(Float64Array.of(1, 1 - 2 ** 53))
    const large = bytesOf(BigInt64Array.of(1n, 2n ** 53n))
    expect(read([page({ count: 2, stored: large })], 2, { type: 'INT64' })).toBeUndefined()
    expect(read([page({ count: 2, stored })], 2, { type: 'INT64', converted_type: 'UINT_64' })).toBeUndefined()
    expect(read([page({ count: 2, stored, hasNulls: true })], 2, { type: 'INT64' })).toBeUndefined()
    const level = (bits: number) => Uint8Array.of(2, 0, 0, 0, 3, bits, ...bytesOf(Float32Array.of(1, 2)))
    const levels = (bits: number) => [page({ count: 2, hasLevels: true, stored: level(bits) })]
    expect(read(levels(0b11), 2, { type: 'FLOAT' }, 1)).toEqual(Float32Array.of(1, 2))
    expect(read(levels(0b01), 2, { type: 'FLOAT' }, 1)).toBeUndefined()
  })

  test('refuses a page with too few values', () => {
    const stored = bytesOf(Int32Array.of(1))
    expect(() => read([page({ count: 2, stored })], 2, { type: 'INT32' })).toThrow('fewer values than it claims')
  })
})
