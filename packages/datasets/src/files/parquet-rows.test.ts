import '@tensorflow/tfjs-backend-cpu'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fromStream } from '../from-stream.ts'
import { errorText } from '../testing/error-text.ts'
import { fromParquet } from './from-parquet.ts'
import { parquetRows } from './parquet-rows.ts'

const folder = fileURLToPath(new URL('../../fixtures/parquet', import.meta.url))
const path = (name: string) => join(folder, `${name}.parquet`)
const collected = async <item>(items: AsyncIterable<item>) => {
  const all: item[] = []
  for await (const item of items) all.push(item)
  return all
}

test('parquetRows gives the rows of each row group, and can be walked again', async () => {
  const rows = parquetRows(path('groups'), { columns: ['int', 'double'] })
  const items = await collected(rows)
  expect(items.map(({ length }) => length)).toEqual([34, 34, 34, 18])
  const whole = await fromParquet(path('groups'), { columns: ['int', 'double'] })
  const all = await whole.read(Uint32Array.from({ length: 60 }, (_, i) => i))
  expect(items.flatMap((item) => [...item])).toEqual([...all])
  expect(await collected(rows)).toEqual(items)
})

test('parquetRows gives labels, and vectors of lists', async () => {
  const [item] = await collected(parquetRows(path('lists'), { columns: 'x', labels: 'label' }))
  expect(item).toEqual({
    examples: Float32Array.from({ length: 12 }, (_, i) => i),
    labels: new Int32Array([2, 0, 1]),
  })
  const labels = (await collected(parquetRows(path('groups'), { columns: 'float', labels: 'int' }))).map(
    (each) => each.labels,
  )
  expect(labels[1]?.[0]).toBe((17 % 7) - 3)
})

test('fromStream trains on what parquetRows gives', async () => {
  const rows = parquetRows(path('groups'), { columns: ['float', 'int'], labels: 'int' })
  const data = fromStream(rows, { shape: [2], range: { minimum: -3, maximum: 5 }, size: 60 })
  const sizes: number[] = []
  for await (const { examples, labels } of data.batches({ batchSize: 25 })) {
    sizes.push(examples.shape[0] as number)
    examples.dispose()
    labels.dispose()
  }
  expect(sizes).toEqual([25, 25, 10])
})

test('parquetRows refuses missing values, images and bad options', async () => {
  const names = { [folder]: '<folder>' }
  expect(await errorText(collected(parquetRows(path('missing'))), names)).toContain(
    '`parquetRows` received a missing value.',
  )
  expect(await errorText(collected(parquetRows(path('images'))), names)).toContain('a column of images')
  expect(await errorText(() => parquetRows(path('groups'), { column: 'x' } as never))).toContain(
    'did you mean columns?',
  )
})
