import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { errorText } from '../testing/error-text.ts'
import { tableFromParquet } from './table-from-parquet.ts'

const folder = fileURLToPath(new URL('../../fixtures/parquet', import.meta.url))
const path = (name: string) => join(folder, `${name}.parquet`)
const names = { [folder]: '<folder>' }

test('tableFromParquet keeps what is missing apart from 0', async () => {
  const table = await tableFromParquet(path('missing'))
  expect(table).toMatchObject({ name: 'missing', length: 3 })
  expect(table.column('x')).toMatchObject({ kind: 'number', missing: Uint8Array.of(0, 1, 0) })
  expect(table.column('y')).toMatchObject({ kind: 'integer', values: Float64Array.of(1, 2, 3) })
  expect(table.rows()[1]).toEqual({ x: null, y: 2 })
})

test('tableFromParquet reads texts, dates, booleans and row groups', async () => {
  const table = await tableFromParquet(path('others'), { columns: { big: 'skip' } })
  expect(table.rows()).toEqual([
    { name: 'a', day: new Date('1970-01-02'), n: 1 },
    { name: 'b', day: new Date('1970-01-03'), n: 2 },
  ])
  const groups = await tableFromParquet(path('groups'))
  expect(groups.columns.map(({ kind }) => kind)).toEqual(['number', 'number', 'integer', 'integer', 'boolean'])
  expect([groups.length, groups.column('long').values[59]]).toEqual([60, 59 * 1000003])
})

test('tableFromParquet refuses lists, integers beyond 2^53, files without rows and unknown columns', async () => {
  expect(await errorText(tableFromParquet(path('lists')), names)).toMatchInlineSnapshot(`
    "DatasetError: \`tableFromParquet\` received a column that a table cannot hold.

    File:     <folder>/lists.parquet
    Column:   x (list of FLOAT)
    Expected: numbers, booleans, texts or dates
    Fix:      leave it out: columns: { "x": 'skip' }"
  `)
  expect(await errorText(tableFromParquet(path('others')), names)).toMatchInlineSnapshot(`
    "DatasetError: \`tableFromParquet\` received a value that is not a whole number.

    Column:   "big"
    Row:      1, counted from 1
    Expected: an integer from -(2^53 - 1) to 2^53 - 1
    Received: 9007199254740993n
    Fix:      if the column holds names, pass columns: { "big": 'category' }; for fractions pass columns: { "big": 'number' }"
  `)
  expect(await errorText(tableFromParquet(path('empty')), names)).toContain('a Parquet file without rows')
  expect(await errorText(tableFromParquet(path('others'), { columns: { nam: 'skip' } }), names)).toContain(
    'did you mean',
  )
})
