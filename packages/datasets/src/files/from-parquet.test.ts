import '@tensorflow/tfjs-backend-cpu'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Dataset, DatasetError } from '@ae/core'
import { describe, expect, test } from 'vitest'
import { outcomes } from '../testing/corruptions.ts'
import { errorText } from '../testing/error-text.ts'
import { serve } from '../testing/tiny-dataset.ts'
import { fromParquet } from './from-parquet.ts'

const folder = fileURLToPath(new URL('../../fixtures/parquet', import.meta.url))
const path = (name: string) => join(folder, `${name}.parquet`)
const fixture = (name: string) => new Uint8Array(readFileSync(path(name)))
const names = { [folder]: '<folder>' }

type Expected = { readonly columns: string[]; readonly rows: number; readonly values: number[] }
const expected: Record<string, Expected | string> = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
const expectedOf = (name: string): Expected => {
  const found = expected[name]
  return typeof found === 'string' ? expectedOf(found) : (found as Expected)
}

async function valuesOf(data: Dataset): Promise<number[]> {
  for await (const batch of data.batches({ batchSize: data.size })) {
    const values = [...batch.dataSync()]
    batch.dispose()
    return values
  }
  return []
}

describe('what pyarrow 26, pandas 3.1 and polars 2.1 read back is what fromParquet reads, for', () => {
  test.each(Object.keys(expected))('%s', async (name) => {
    const { columns, rows, values } = expectedOf(name)
    const data = await fromParquet(path(name), { columns })
    expect(data).toMatchObject({ name, size: rows, shape: [columns.length], labels: undefined })
    expect(await valuesOf(data)).toEqual(values.map((value) => Math.fround(name === 'bytes' ? value / 255 : value)))
  })
})

test('fromParquet reads addresses, Blobs and bytes', async () => {
  const { url } = await serve({ 'plain.parquet': fixture('plain') })
  const checksum = (await fromParquet(path('plain'))).checksum?.()
  for (const source of [
    `${url}/plain.parquet`,
    new Blob([fixture('plain')]),
    fixture('plain'),
    fixture('plain').buffer,
  ]) {
    expect((await fromParquet(source)).checksum?.()).toBe(checksum)
  }
})

describe('fromParquet reads vectors from', () => {
  test.each(['lists', 'fixed-lists', 'nested-lists', 'tensors', 'polars-array'])('%s', async (name) => {
    const data = await fromParquet(path(name))
    expect(data).toMatchObject({ size: 3, shape: [4] })
    expect(await valuesOf(data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect((await fromParquet(path(name), { shape: [2, 2, 1] })).shape).toEqual([2, 2, 1])
  })
})

test('fromParquet scales lists of bytes, and others as it is told', async () => {
  expect((await fromParquet(path('byte-lists'))).range).toEqual({ minimum: 0, maximum: Math.fround(220 / 255) })
  expect((await fromParquet(path('lists'), { columns: 'x', maximum: 11 })).range).toEqual({ minimum: 0, maximum: 1 })
})

test('fromParquet takes labels from a column of integers or of texts', async () => {
  expect((await fromParquet(path('lists'), { labels: 'label' })).labels).toEqual(new Int32Array([2, 0, 1]))
  const named = await fromParquet(path('fixed-lists'), { labels: 'label' })
  expect(named).toMatchObject({ labels: new Int32Array([1, 0, 1]), notes: { classNames: ['a', 'b'] } })
})

test('fromParquet decodes the images of data sets of Hugging Face', async () => {
  const data = await fromParquet(path('images'), { labels: 'label' })
  expect(data).toMatchObject({ shape: [3, 4, 1], size: 5, labels: new Int32Array([0, 1, 2, 0, 1]) })
  expect(data.notes).toEqual({ classNames: ['cat', 'dog', 'owl'] })
  const pixels = Array.from({ length: 60 }, (_, i) =>
    Math.fround(((3 * (i % 12) + 7 * Math.floor(i / 12)) % 256) / 255),
  )
  expect(await valuesOf(data)).toEqual(pixels)
  expect(await fromParquet(path('colours'), { columns: ['image'] })).toMatchObject({ shape: [3, 4, 3], size: 5 })
  expect(await fromParquet(path('binary'), { columns: 'image' })).toMatchObject({ shape: [3, 4, 1], size: 2 })
})

test('fromParquet scales images into the shape that is asked for', async () => {
  expect(await fromParquet(path('sizes'), { shape: [6, 8, 1] })).toMatchObject({ shape: [6, 8, 1], size: 2 })
  expect((await fromParquet(path('images'), { shape: [3, 4, 1] })).checksum?.()).toBe(
    (await fromParquet(path('images'))).checksum?.(),
  )
})

describe('fromParquet refuses', () => {
  const refused: readonly (readonly [string, Parameters<typeof fromParquet>[1]])[] = [
    ['missing', {}],
    ['others', { columns: 'name' }],
    ['others', { columns: 'day' }],
    ['others', { columns: 'big' }],
    ['others', { columns: 'none' }],
    ['others', { columns: 'n', labels: 'big' }],
    ['empty', {}],
    ['ragged', {}],
    ['holes', {}],
    ['no-list', {}],
    ['sizes', {}],
    ['paths', {}],
    ['no-image', {}],
    ['broken-image', {}],
    ['images', { columns: ['image', 'label'] }],
    ['images', { shape: [12] }],
    ['lists', { columns: 'x', shape: [3] }],
    ['lists', { columns: 'x', labels: 'x' }],
    ['plain', { labels: 'double' }],
  ]
  test.each(refused)('%s with %o', async (name, options) => {
    expect(await errorText(fromParquet(path(name), options), names)).toMatchSnapshot()
  })
  test('files that are not Parquet', async () => {
    expect(await errorText(fromParquet(new Uint8Array(100)))).toContain('a file that is not Parquet')
    expect(await errorText(fromParquet(new Uint8Array()))).toContain('a file that is not Parquet')
    expect(await errorText(fromParquet('/no/such.parquet'))).toContain('no such file')
    expect(await errorText(fromParquet(fixture('plain').subarray(0, 1000)))).toContain('a damaged Parquet file')
    expect(await errorText(fromParquet(path('plain'), { column: 'x' } as never))).toContain('did you mean columns?')
  })
})

describe('500 damaged copies are refused or read, never anything else:', () => {
  test.each(['plain', 'dictionary', 'groups', 'pages-v2', 'zstd', 'delta', 'nested-lists', 'images'])(
    '%s',
    async (name) => {
      const found = await outcomes(
        fixture(name),
        500,
        async (bytes) => ({ length: (await fromParquet(bytes)).size }),
        DatasetError.isInstance.bind(DatasetError),
      )
      expect(found.refused).toBeGreaterThan(100)
    },
  )
})
