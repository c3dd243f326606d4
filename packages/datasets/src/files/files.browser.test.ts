import { expect, test } from 'vitest'
import { fromNpz } from './from-npz.ts'
import { fromParquet } from './from-parquet.ts'
import { parquetRows } from './parquet-rows.ts'

const address = (name: string) => new URL(`/fixtures/${name}`, location.href).href
const fileAt = async (name: string) => new File([await (await fetch(address(name))).blob()], name)

test('a page reads .npz archives from an address and from a File', async () => {
  const labels = new Int32Array([3, 1, 2, 0, 1, 2])
  for (const source of [address('numpy/deflated.npz'), await fileAt('numpy/pipe.npz')]) {
    expect(await fromNpz(source, { examples: 'x', labels: 'y' })).toMatchObject({ shape: [4, 4, 1], size: 6, labels })
  }
})

test('a page reads Parquet files of numbers and of images', async () => {
  expect(await fromParquet(await fileAt('parquet/zstd.parquet'))).toMatchObject({ shape: [5], size: 60 })
  expect(await fromParquet(address('parquet/snappy.parquet'))).toMatchObject({ shape: [5], size: 60 })
  const images = await fromParquet(await fileAt('parquet/images.parquet'), { labels: 'label' })
  expect(images).toMatchObject({ shape: [3, 4, 1], size: 5, notes: { classNames: ['cat', 'dog', 'owl'] } })
  let rows = 0
  for await (const values of parquetRows(await fileAt('parquet/groups.parquet'))) rows += values.length / 5
  expect(rows).toBe(60)
})
