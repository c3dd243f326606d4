import { type ParquetRows, parquetRows, tableFromParquet } from '@ae/datasets'
import { expect, test } from 'vitest'
import { parquetEncoder, parquetRowsEncoder } from './parquet-encoder.ts'

const blobOf = (pieces: readonly Uint8Array[]) => new Blob(pieces.map((piece) => new Uint8Array(piece)))

test('arrays become a column for each number, and full row groups leave at once', async () => {
  const columns = [
    { name: 'codes', shape: [2, 2], type: 'float32', letter: 'z' },
    { name: 'label', shape: [], type: 'int32' },
  ] as const
  const encoder = parquetEncoder(columns, 10, 80) // 4 rows of 20 bytes
  const values = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i) * 10 ** (i - 20))
  const batches = [0, 3, 6, 9].map((row) => {
    const count = Math.min(3, 10 - row)
    return encoder.rows([
      values.slice(4 * row, 4 * (row + count)),
      Int32Array.from({ length: count }, (_, i) => row + i - 5),
    ])
  })
  const pieces = [encoder.begin(), ...batches, encoder.end()]
  expect(batches.map(({ length }) => length > 10)).toEqual([false, true, true, false]) // rows 4 and 8 are there
  const columnsOfExample = { columns: ['z0', 'z1', 'z2', 'z3'], labels: 'label' }
  const groups: ParquetRows[] = []
  for await (const group of parquetRows(blobOf(pieces), columnsOfExample)) groups.push(group)
  expect(groups.map(({ labels }) => [...labels])).toEqual([
    [-5, -4, -3, -2],
    [-1, 0, 1, 2],
    [3, 4],
  ])
  expect(groups.flatMap(({ examples }) => [...examples])).toEqual([...values])
})

test('rows of a table keep their types, and what is missing', async () => {
  const day = new Date('2026-01-02T03:04:05Z')
  const rows = [
    { age: 1.5, city: null, member: true, since: day },
    { age: null, city: 'Åbo', member: false, since: null },
  ]
  const encoder = parquetRowsEncoder()
  const pieces = [encoder.begin(), ...rows.map((row) => encoder.rows([row])), encoder.end()]
  const table = await tableFromParquet(blobOf(pieces))
  expect(
    table.columns.map(({ name, kind, values, missing, categories }) => [
      name,
      kind,
      [...values],
      [...missing],
      categories,
    ]),
  ).toEqual([
    ['age', 'number', [1.5, 0], [0, 1], []],
    ['city', 'category', [0, 0], [1, 0], ['Åbo']],
    ['member', 'boolean', [1, 0], [0, 0], []],
    ['since', 'date', [day.getTime(), 0], [0, 1], []],
  ])
})
