import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import reference from '../../fixtures/pandas/expected.json' with { type: 'json' }
import { errorText } from '../testing/error-text.ts'
import { type FromCsvOptions, fromCsv } from './from-csv.ts'
import type { Row } from './table.ts'

const folder = join(import.meta.dirname, '../../fixtures/pandas')
const at = (name: string) => join(folder, name)
const dates = { day: 'date', time: 'date', zoned: 'date' } as const
const cellOf = (cell: unknown) =>
  typeof cell === 'object' && cell !== null && 'date' in cell ? new Date(Number(cell.date)) : cell
const rows = reference.rows.map((row) =>
  Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cellOf(cell)])),
)
const kindsOf = (table: Awaited<ReturnType<typeof fromCsv>>) =>
  Object.fromEntries(table.columns.map(({ name, kind }) => [name, kind]))
const read = (text: string, options?: FromCsvOptions) => fromCsv({ text }, options)
const rowsOf = async (text: string, options?: FromCsvOptions) => (await read(text, options)).rows()

describe('files that pandas 3.1.1 writes are read as pandas reads them, dates and booleans too', () => {
  test.each<[string, FromCsvOptions?]>([
    ['plain.csv'],
    ['plain.csv.gz'],
    ['all-quoted.csv'],
    ['crlf.csv'],
    ['bom.csv'],
    ['tabs.csv'],
    ['utf-16.csv', { encoding: 'utf-16' }],
    ['decimal-comma.csv', { decimal: ',' }],
    ['na-rep.csv', { missing: ['NA'] }],
    ['index.csv', { columns: { '': 'skip' } }],
  ])('%s', async (name, options) => {
    const table = await fromCsv(at(name), options)
    expect(table.rows()).toEqual(rows)
    expect(kindsOf(table)).toEqual({
      whole: 'integer',
      whole_missing: 'integer',
      number_from_whole: 'integer',
      number: 'number',
      text: 'category',
      category: 'category',
      flag: 'boolean',
      flag_missing: 'boolean',
      ...dates,
    })
    expect(table.name).toBe(name.replace(/\.csv(\.gz)?$/, ''))
  })

  test('old-mac.csv and windows-1252.csv', async () => {
    const withoutText = rows.map(({ text: _, ...others }) => others)
    expect((await fromCsv(at('old-mac.csv'))).rows()).toEqual(withoutText)
    const table = await fromCsv(at('windows-1252.csv'), { encoding: 'windows-1252' })
    expect(table.rows().map(({ text }) => text)).toEqual([rows[0]?.text, null, 'line\nbreak', 'ä€'])
    await expect(fromCsv(at('windows-1252.csv'))).rejects.toThrow("encoding: 'windows-1252'")
  })

  test('a column alone, whose missing value is a line of two quotes', async () => {
    const table = await fromCsv(at('one-column.csv'))
    expect(table.rows()).toEqual([{ number: 0.1 }, { number: -1e-300 }, { number: null }, { number: 1e300 }])
    expect(reference.pandas.oneColumnRows).toBe(4)
  })

  test('its index is an error that says how to leave it out; it reads a column "Unnamed: 0"', async () => {
    expect(reference.pandas.index[0]).toBe('Unnamed: 0')
    await expect(fromCsv(at('index.csv'))).rejects.toThrow("columns: { '': 'skip' }")
  })

  test('leading zeros and numbers beyond 2^53 stay as they are written; pandas drops the zeros', async () => {
    expect(reference.pandas.postcodes[0]?.postcode).toBe(1234)
    expect((await fromCsv(at('postcodes.csv'))).rows()).toEqual([
      { postcode: '01234', account: '12345678901234567890' },
      { postcode: '98765', account: '1' },
    ])
    const asNumber = await fromCsv(at('postcodes.csv'), { columns: { postcode: 'integer', account: 'skip' } })
    expect(asNumber.rows()[0]).toEqual({ postcode: 1234 })
  })

  test('infinity and NaN among numbers are errors, unless they are said to be missing', async () => {
    await expect(fromCsv(at('infinite.csv'))).rejects.toThrow('not a finite number')
    await expect(fromCsv(at('nan-rep.csv'))).rejects.toThrow('missing: ["NaN"]')
    const table = await fromCsv(at('infinite.csv'), { missing: ['inf', '-inf'] })
    expect(table.rows()).toEqual([{ x: 1.5 }, { x: null }, { x: null }])
    expect([...table.column('x').missing]).toEqual([0, 1, 1])
  })
})

describe('sources', () => {
  const path = at('plain.csv')
  const bytes = new Uint8Array(readFileSync(path))
  async function* pieces(size: number) {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
  }
  test.each<[string, Parameters<typeof fromCsv>[0]]>([
    ['a path', path],
    ['a file: URL', new URL(`file://${path}`)],
    ['bytes', bytes],
    ['a File', new File([bytes], 'people.csv')],
    ['a Blob', new Blob([bytes])],
    ['a stream of Node', createReadStream(path, { highWaterMark: 7 })],
    ['a stream of the web', Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>],
    ['pieces of one byte, which cut characters, quotes and line ends', pieces(1)],
    ['pieces of five bytes', pieces(5)],
    ['a text', { text: bytes.reduce((text) => text, new TextDecoder().decode(bytes)) }],
  ])('%s', async (_, source) => {
    expect((await fromCsv(source)).rows()).toEqual(rows)
  })

  test('a file larger than a piece is read piece by piece, and gives the same rows', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) => `${i},"line ${i}\nof ""${i}""",${i % 7 === 0 ? '' : i / 4}`)
    const table = await read(`id,text,number\n${many.join('\r\n')}\r\n`, { columns: { text: 'category' } })
    expect(table.length).toBe(30_000)
    for (const row of [0, 1, 12_345, 29_999]) {
      expect(table.rows()[row]).toEqual({
        id: row,
        text: `line ${row}\nof "${row}"`,
        number: row % 7 === 0 ? null : row / 4,
      })
    }
  })

  test('stops when its signal aborts', async () => {
    const reason = new Error('enough')
    await expect(fromCsv(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  test('says what is wrong with a path, a folder, nothing, and what is no source', async () => {
    expect(await errorText(() => fromCsv('nowhere.csv'))).toMatchInlineSnapshot(`
      "DatasetError: \`fromCsv\` received a file that cannot be found.

      File:   nowhere.csv
      Reason: no such file
      Fix:    check the path; a text itself is passed as { text }"
    `)
    await expect(fromCsv(folder)).rejects.toThrow('it is a folder')
    await expect(fromCsv(new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]))).rejects.toThrow('corrupt or truncated gzip')
    await expect(read('')).rejects.toThrow('without rows')
    await expect(read('a,b\n')).rejects.toThrow('without rows')
    await expect(fromCsv(7 as unknown as string)).rejects.toThrow('bad `source`')
    await expect(read('a\n1', { delimeter: ';' } as object)).rejects.toThrow('did you mean delimiter?')
  })
})

describe('kinds', () => {
  test.each([
    ['whole numbers', ['1', '-2', '3.0', '1e3'], 'integer', [1, -2, 3, 1000]],
    ['numbers', ['1', '-2.5', '.5', '5.', '+1e-3'], 'number', [1, -2.5, 0.5, 5, 0.001]],
    ['booleans', ['true', 'False', 'TRUE'], 'boolean', [true, false, true]],
    [
      'dates',
      ['2024-02-29', '2024-02-29T12:00', '2024-02-29 12:00:00.5+0100'],
      'date',
      ['2024-02-29T00:00:00.000Z', '2024-02-29T12:00:00.000Z', '2024-02-29T11:00:00.500Z'],
    ],
    ['no dates', ['2024-02-30', '2024-02-29'], 'category', ['2024-02-30', '2024-02-29']],
    ['names', ['red', '7', 'true'], 'category', ['red', '7', 'true']],
    [
      'hexadecimal and other texts that JavaScript takes for numbers',
      ['0x10', '0b1', '1_000'],
      'category',
      ['0x10', '0b1', '1_000'],
    ],
  ])('%s', async (_, texts, kind, values) => {
    const table = await read(`x,y\n${texts.map((text) => `"${text}",1`).join('\n')}`)
    expect(table.column('x').kind).toBe(kind)
    expect(table.rows().map(({ x }) => (x instanceof Date ? x.toISOString() : x))).toEqual(values)
  })

  test('a date without a zone is in UTC, whatever the zone of this machine', async () => {
    const zone = process.env.TZ
    process.env.TZ = 'America/New_York'
    try {
      expect((await rowsOf('x\n2024-07-01 12:00'))[0]?.x).toEqual(new Date('2024-07-01T12:00Z'))
    } finally {
      process.env.TZ = zone
    }
  })

  test('are as the options say, whatever they look like', async () => {
    const table = await read('pclass,survived,age\n3,1,7\n10,0,\n1,1,35', {
      columns: { pclass: 'category', survived: 'boolean', age: 'number' },
    })
    expect(table.column('pclass').categories).toEqual(['1', '3', '10'])
    expect(table.rows()[1]).toEqual({ pclass: '10', survived: false, age: null })
    await expect(read('a\n1', { columns: { b: 'number' } })).rejects.toThrow('a column that the data does not have')
    await expect(read('a\n1', { columns: { a: 'float' as 'number' } })).rejects.toThrow('bad `columns`')
  })

  test('a fraction after 10,000 whole numbers makes numbers of them; a text is an error that says how to go on', async () => {
    const whole = Array.from({ length: 10_001 }, (_, i) => i).join('\n')
    expect((await read(`x\n${whole}\n0.5`)).column('x').kind).toBe('number')
    expect(await errorText(() => read(`x\n${whole}\nabc`))).toMatchInlineSnapshot(`
      "DatasetError: \`fromCsv\` received a value that is not a whole number.

      Column:   "x"
      Row:      10002, counted from 1 after the header
      Expected: an integer from -(2^53 - 1) to 2^53 - 1
      Received: "abc"
      Fix:      if it means a missing value, pass missing: ["abc"]; if the column holds names, pass columns: { "x": 'category' }"
    `)
    expect((await read(`x\n${whole}\nabc`, { columns: { x: 'category' } })).column('x').categories).toHaveLength(10_002)
  })

  test('a column whose first 10,000 values are missing takes its kind from the first that is not', async () => {
    const table = await read(`x,y\n${',1\n'.repeat(10_000)}true,1\n,1`)
    expect([table.column('x').kind, table.rows()[10_000]?.x, table.rows()[10_001]?.x]).toEqual(['boolean', true, null])
  })

  test('decimal commas need their option; without it they are names, and an error for a column of numbers', async () => {
    expect(await rowsOf('x;y\n1,5;2\n-0,25;3', { decimal: ',' })).toEqual([
      { x: 1.5, y: 2 },
      { x: -0.25, y: 3 },
    ])
    expect((await read('x;y\n1,5;2')).column('x').kind).toBe('category')
    await expect(read('x;y\n1,5;2', { columns: { x: 'number' } })).rejects.toThrow("decimal: ','")
  })
})

describe('lines', () => {
  test('blanks around fields are cut off, empty lines are left out, unless there is only one column', async () => {
    expect(await rowsOf('a, b\n\n 39, State-gov\n\n1,x\n\n')).toEqual([
      { a: 39, b: 'State-gov' },
      { a: 1, b: 'x' },
    ])
    expect(await rowsOf('a\n1\n\n3\n')).toEqual([{ a: 1 }, { a: null }, { a: 3 }])
  })

  test('a file without a header has names as an option', async () => {
    expect(await rowsOf('1;2\n3;4', { names: ['a', 'b'] })).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ])
    await expect(read('1,2,3\n', { names: ['a', 'b'] })).rejects.toThrow('wrong number of fields')
  })

  test.each([
    ['a row of too few fields', 'a,b\n1,2\n3', 'wrong number of fields'],
    ['a row of too many fields', 'a,b\n1,2,3', 'wrong number of fields'],
    ['two columns of one name', 'a,a\n1,2', 'two columns of the same name'],
    ['a quote that is never closed', 'a,b\n"1,2\n3,4', 'never closed'],
    ['a quote inside a field', 'a,b\n"x"y,2', 'inside a quoted field'],
    ['a delimiter that is none', 'a,b\n1,2', undefined],
  ])('%s', async (_, text, message) => {
    if (message !== undefined) await expect(read(text)).rejects.toThrow(message)
    else await expect(read(text, { delimiter: ',,' })).rejects.toThrow('bad `delimiter`')
  })

  test('errors name the row, the column, what was there and the cure', async () => {
    expect(await errorText(() => read('age,city\n31,Oslo\nNA,Turku'))).toMatchInlineSnapshot(`
      "DatasetError: \`fromCsv\` received a value that is not a finite number.

      Column:   "age"
      Row:      2, counted from 1 after the header
      Expected: a number such as -1.5 or 2e-3
      Received: "NA"
      Fix:      if it means a missing value, pass missing: ["NA"]; if the column holds names, pass columns: { "age": 'category' }"
    `)
    expect(await errorText(() => read('a,b\n1,2\n3'))).toMatchInlineSnapshot(`
      "DatasetError: \`fromCsv\` received a row with the wrong number of fields.

      File:     text
      Row:      2, counted from 1 after the header
      Expected: 2: ["a", "b"]
      Received: 1: ["3"]
      Fix:      quote fields that contain the delimiter; if the delimiter itself is wrong, pass \`delimiter\`"
    `)
  })

  test.each([
    ['numbers', Array.from({ length: 20 }, (_, i) => String(i / 2)), 'heavy'],
    ['dates', Array.from({ length: 20 }, (_, i) => `2024-01-${i + 10}`), 'unknown'],
    ['dates', Array.from({ length: 20 }, (_, i) => `2024-01-${i + 10}`), 'NA'],
    ['booleans', Array.from({ length: 20 }, (_, i) => String(i % 2 === 0)), 'n/a'],
  ])('a word among %s is an error that names it, and not a column of names', async (_, values, word) => {
    const text = `x,y\n${[...values, word].map((value) => `${value},1`).join('\n')}`
    const error = await errorText(() => read(text))
    expect(error).toMatch(/Row: +21,/)
    expect(error).toContain(`Received: "${word}"`)
    expect(kindsOf(await read(text, { columns: { x: 'category' } }))).toMatchObject({ x: 'category' })
    expect(kindsOf(await read(text, { missing: [word] })).x).not.toBe('category')
  })

  test('digits with zeros before them, and words that are more than one in ten, make names', async () => {
    const houses = [
      ...Array.from({ length: 40 }, (_, i) => String(i + 1)),
      ...Array.from({ length: 5 }, (_, i) => `${i}a`),
    ]
    const codes = [...Array.from({ length: 44 }, (_, i) => String(50_000 + i)), '01234']
    const text = `house,code\n${houses.map((house, i) => `${house},${codes[i]}`).join('\n')}`
    expect(kindsOf(await read(text))).toEqual({ house: 'category', code: 'category' })
  })

  test('a quote that is open for a long time takes no more than linear time', async () => {
    const text = `a,b\n1,"${'x,\n'.repeat(2_000_000)}`
    const begin = performance.now()
    await expect(fromCsv(new Blob([text]))).rejects.toThrow('never closed')
    expect(performance.now() - begin).toBeLessThan(10_000)
  })
})

test('a column keeps numbers as they are, whatever their size, and knows what is missing', async () => {
  const { columns } = await read('x,y,z\n1e300,,a\n-0.1,5,b')
  const [x, y, z] = columns
  expect(x).toEqual({
    name: 'x',
    kind: 'number',
    values: Float64Array.of(1e300, -0.1),
    missing: new Uint8Array(2),
    categories: [],
  })
  expect([y?.values[0], y?.missing[0]]).toEqual([0, 1])
  expect([z?.values, z?.categories]).toEqual([Int32Array.of(0, 1), ['a', 'b']])
})

test('a table is selected from, taken from and split, without a row lost', async () => {
  const table = await read(`id,name\n${Array.from({ length: 50 }, (_, i) => `${i},n${i}`).join('\n')}`)
  expect(table.select(['name']).rows()[3]).toEqual({ name: 'n3' })
  expect(table.take(3).rows()).toEqual(table.rows().slice(0, 3))
  const [training, test] = table.split({ fractions: [0.8, 0.2], seed: 1 })
  expect([training.length, test.length]).toEqual([40, 10])
  const ids = (rows: readonly Row[]) => rows.map(({ id }) => Number(id))
  expect([...ids(training.rows()), ...ids(test.rows())].sort((a, b) => a - b)).toEqual(ids(table.rows()))
  expect(table.split({ fractions: [0.8, 0.2], seed: 1 })[1].rows()).toEqual(test.rows())
  expect(table.split({ fractions: [0.8, 0.2], seed: 2 })[1].rows()).not.toEqual(test.rows())
  expect(() => table.column('nam')).toThrow('did you mean name?')
  expect(() => table.select(['x'])).toThrow('does not have')
  expect(() => table.take(1).split({ fractions: [0.5, 0.5] })).toThrow('without rows')
})
