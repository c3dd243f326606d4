import { expect, test } from 'vitest'
import { errorText } from '../testing/error-text.ts'
import { fromRows } from './from-rows.ts'

const noon = new Date('2024-05-31T12:00Z')

test('fromRows takes values as they are: a text that looks like a number is a name', () => {
  const rows = [
    { age: 31, height: 1.5, city: 'Oslo', zip: '0150', member: true, since: noon },
    { age: -2, height: 2, city: 'Turku', zip: '7', member: false, since: new Date(0) },
  ]
  const table = fromRows(rows)
  expect(table.columns.map(({ kind }) => kind)).toEqual([
    'integer',
    'number',
    'category',
    'category',
    'boolean',
    'date',
  ])
  expect(table.rows()).toEqual(rows)
})

test('null, undefined, empty texts and absent keys are missing, and never 0', () => {
  const table = fromRows([{ x: null, y: 'a' }, { x: undefined, y: '' }, { y: 'b', x: 0 }, { z: 1 }])
  expect(table.rows()).toEqual([
    { x: null, y: 'a', z: null },
    { x: null, y: null, z: null },
    { x: 0, y: 'b', z: null },
    { x: null, y: null, z: 1 },
  ])
  expect([...table.column('x').missing]).toEqual([1, 1, 0, 1])
})

test('NaN and infinity are errors, unless they are said to be missing', async () => {
  expect(await errorText(() => fromRows([{ x: 1 }, { x: Number.NaN }]))).toMatchInlineSnapshot(`
    "DatasetError: \`fromRows\` received a value that is not a finite number.

    Column:   "x"
    Row:      2, counted from 1
    Expected: a number such as -1.5 or 2e-3
    Received: NaN
    Fix:      if it means a missing value, pass missing: [Number.NaN]; if the column holds names, pass columns: { "x": 'category' }"
  `)
  expect(() => fromRows([{ x: Number.POSITIVE_INFINITY }])).toThrow('not a finite number')
  expect(fromRows([{ x: 1 }, { x: Number.NaN }], { missing: [Number.NaN] }).rows()).toEqual([{ x: 1 }, { x: null }])
  expect(fromRows([{ x: 'a' }, { x: '?' }], { missing: ['?'] }).rows()[1]).toEqual({ x: null })
})

test('texts become the kind that the options say, and other kinds names', () => {
  const table = fromRows([{ n: '1.5', d: '2024-05-31', c: 3, b: 0, i: '7', x: {} }], {
    columns: { n: 'number', d: 'date', c: 'category', b: 'boolean', i: 'integer', x: 'skip' },
  })
  expect(table.rows()).toEqual([{ n: 1.5, d: new Date('2024-05-31'), c: '3', b: false, i: 7 }])
})

test.each([
  ['no rows', [], 'no rows'],
  ['rows that are lists', [[1, 2]], 'not an object'],
  ['an object', [{ x: {} }], 'not the name of a category'],
  ['a bigint', [{ x: 1n }], 'not the name of a category'],
  ['an invalid date', [{ x: new Date('x') }], 'not a date'],
])('fromRows refuses %s', (_, rows, message) => {
  expect(() => fromRows(rows as unknown as Record<string, unknown>[])).toThrow(message)
})

test('fromRows reads keys such as __proto__ and constructor as columns, and no inherited ones', () => {
  const row = JSON.parse('{"__proto__": 1, "constructor": 2, "x": 3}')
  const table = fromRows([row])
  expect(table.columns.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'x'])
  expect(Object.entries(table.rows()[0] ?? {})).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
    ['x', 3],
  ])
})
