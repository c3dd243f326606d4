import type { PageHeader } from 'hyparquet'
import { expect, test } from 'vitest'
import { checkedPages } from './parquet-pages.ts'

const claim = { type: 'FLOAT', count: 1, maxDefinition: 0, maxRepetition: 0 }

/** A page of 100 stored bytes that claims to unpack to `length`. */
function pageOf(codec: string, length: number) {
  const header = {
    type: 'DATA_PAGE_V2',
    compressed_page_size: 100,
    uncompressed_page_size: length,
    data_page_header_v2: {
      num_values: 1,
      num_nulls: 0,
      num_rows: 1,
      encoding: 'PLAIN',
      definition_levels_byte_length: 0,
      repetition_levels_byte_length: 0,
    },
  } as PageHeader
  return checkedPages(new Uint8Array(100), { codec, ...claim }, () => header)
}

test.each(['BROTLI', 'GZIP', 'LZ4_RAW', 'SNAPPY', 'ZSTD'])(
  'a small page of %s that claims more than 16 MiB is refused, before memory is taken for them',
  (codec) => {
    expect(pageOf(codec, 2000)).toMatchObject([{ length: 2000 }])
    expect(() => pageOf(codec, 2 ** 24 + 1)).toThrow('a page claims to unpack to 16777217 bytes')
  },
)
