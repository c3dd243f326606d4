import '@tensorflow/tfjs-backend-cpu'
import { normalQuantile, normals } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { errorText } from '../testing/error-text.ts'
import { fromCsv } from './from-csv.ts'
import { fromRows } from './from-rows.ts'
import { tabularTransform, tabularTransformFromConfig } from './tabular-transform.ts'

beforeAll(() => tf.setBackend('cpu'))

const people = [
  { age: 31, height: 1.85, city: 'Oslo', member: true, since: new Date('2020-01-31') },
  { age: 20, height: 1.6, city: 'Turku', member: false, since: new Date('2021-06-01') },
  { age: 47, height: 1.72, city: 'Oslo', member: true, since: new Date('1969-07-20') },
]
const holey = [...people, { age: null, height: 1.7, city: null, member: null, since: null }]
const examplesOf = (
  rows: readonly Record<string, unknown>[],
  ...options: Parameters<typeof tabularTransform> extends [unknown, ...infer rest] ? rest : never
) => {
  const table = fromRows(rows)
  const transform = tabularTransform(table, ...options)
  const data = transform.apply(table)
  return { table, transform, data, values: data.read(Uint32Array.from(rows.keys())) as Float32Array }
}

describe.each(['standard', 'minMax', 'quantile', 'modes'] as const)('%s', (scaling) => {
  test.each([
    ['complete rows', people, 'modelled'],
    ['rows with missing values, modelled', holey, 'modelled'],
  ] as const)('%s come back as they were', async (_, rows, missing) => {
    const { transform, values, data } = examplesOf(rows, { scaling, missing })
    expect(data.shape).toEqual([transform.width])
    expect(await transform.invert(values)).toEqual(rows)
    expect(await transform.invert(tf.tensor2d(values, [rows.length, transform.width]))).toEqual(rows)
  })

  test('real columns come back within the precision of float32', async () => {
    const table = await fromCsv(new URL('../../../../docs/guides/data/breast-cancer.csv', import.meta.url))
    const transform = tabularTransform(table, { scaling })
    const values = transform.apply(table).read(Uint32Array.from({ length: table.length }, (_, i) => i)) as Float32Array
    for (const value of values) expect(Math.abs(value)).toBeLessThan(12)
    const back = await transform.invert(values)
    for (const [i, row] of table.rows().entries()) {
      for (const [name, value] of Object.entries(row)) {
        const other = back[i]?.[name]
        if (typeof value === 'number') expect(Math.abs(Number(other) - value)).toBeLessThan(2e-5 * Math.max(1, value))
        else expect(other).toBe(value)
      }
    }
  })

  test('is fitted to the training rows alone, is plain JSON, and gives the same numbers after it', async () => {
    const transform = tabularTransform(fromRows(people), { scaling })
    const again = tabularTransformFromConfig(JSON.parse(JSON.stringify(transform.config)))
    const other = fromRows([{ ...people[0], age: 90, height: 0.2 }, people[1] ?? {}])
    const read = (of: typeof transform) => of.apply(other).read(Uint32Array.of(0, 1))
    expect(read(again)).toEqual(read(transform))
    expect([again.width, again.likelihood, again.kinds]).toEqual([
      transform.width,
      transform.likelihood,
      transform.kinds,
    ])
    for (const value of read(transform)) expect(Number.isFinite(value)).toBe(true)
    const [row] = await transform.invert(read(transform) as Float32Array)
    expect([row?.age, row?.height]).toEqual([47, 1.6]) // rows that are made end where the training rows do
  })

  test('a column of one value, and one of values near the ends of float64, stay finite', async () => {
    for (const rows of [
      [
        { x: 5, y: 0 },
        { x: 5, y: 1 },
      ],
      [
        { x: 1e300, y: 0 },
        { x: -1e300, y: 1 },
      ],
      [
        { x: 1e-300, y: 0 },
        { x: 2e-300, y: 1 },
      ],
    ]) {
      const { transform, values } = examplesOf(rows, { scaling })
      for (const value of values) expect(Number.isFinite(value)).toBe(true)
      const back = await transform.invert(values)
      for (const [i, { x }] of rows.entries()) expect(Math.abs(Number(back[i]?.x) / x - 1)).toBeLessThan(1e-5)
    }
  })
})

test('standard and minMax are the formulas of scikit-learn', () => {
  const rows = [{ x: 1.5 }, { x: 2.25 }, { x: 6.125 }]
  const mean = (1.5 + 2.25 + 6.125) / 3
  const deviation = Math.sqrt(((1.5 - mean) ** 2 + (2.25 - mean) ** 2 + (6.125 - mean) ** 2) / 3)
  expectClose(
    examplesOf(rows, { scaling: 'standard' }).values,
    [1.5, 2.25, 6.125].map((x) => (x - mean) / deviation),
    { absolute: 1e-7 },
  )
  expectClose(examplesOf(rows, { scaling: 'minMax' }).values, [0, 0.75 / 4.625, 1], { absolute: 1e-7 })
})

test('quantile gives the normal quantiles of ranks, equal values their middle one, and returns a plateau to its value', async () => {
  const rows = [5, 0, 0, 0, 9, 7].map((x) => ({ x: x + 0.5 }))
  const { values, transform } = examplesOf(rows)
  expectClose(
    values,
    [7, 3, 3, 3, 11, 9].map((rank) => normalQuantile(rank / 12)),
    { absolute: 1e-6 },
  )
  const between = await transform.invert(Float32Array.of(-9, -1, -0.1, 9, normalQuantile(7.9 / 12)))
  expect(between.map(({ x }) => x)).toEqual([0.5, 0.5, 0.5, 9.5, 5.5])
})

test('quantile makes a skewed column normal', () => {
  const skewed = [...normals('skewed', { seed: 1 }, 5000)].map((z) => ({ x: Math.exp(2 * z) }))
  const values = [...examplesOf(skewed).values].sort((a, b) => a - b)
  expectClose(
    values,
    values.map((_, i) => normalQuantile((i + 0.5) / 5000)),
    { absolute: 0.02 },
  )
})

test('modes finds the peaks of a column, and gives each value its own', () => {
  const peaks = [...normals('peaks', { seed: 1 }, 3000)].map((z, i) => ({
    x: ([-50, 0, 400][i % 3] as number) + z * ([1, 5, 20][i % 3] as number),
  }))
  const { transform, values } = examplesOf(peaks, { scaling: 'modes' })
  expect(transform.likelihood.parts).toEqual([{ kind: 'gaussian' }, { kind: 'categorical', size: 3 }])
  for (let row = 0; row < 300; row++) {
    expect([...values.subarray(row * 4 + 1, row * 4 + 4)]).toEqual([0, 1, 2].map((mode) => (mode === row % 3 ? 1 : 0)))
    expect(Math.abs(values[row * 4] as number)).toBeLessThan(4.5)
  }
})

test('features of missing values are 0 but for what says that they are missing', () => {
  const { values, transform } = examplesOf(holey, { scaling: 'minMax' })
  // known, age | height | Oslo, Turku, missing | known, member | known, since
  expect(transform.width).toBe(10)
  expect([...values.subarray(30)].map((x) => Math.round(x * 100) / 100)).toEqual([0, 0, 0.4, 0, 0, 1, 0, 0, 0, 0])
  expect(transform.likelihood.parts).toEqual([
    { kind: 'gaussian', missing: 'modelled' },
    { kind: 'gaussian' },
    { kind: 'categorical', size: 3 },
    { kind: 'bernoulli', missing: 'modelled' },
    { kind: 'gaussian', missing: 'modelled' },
  ])
  const ignored = examplesOf(holey, { scaling: 'minMax', missing: 'ignored' })
  expect([...ignored.values.subarray(27)].map((x) => Math.round(x * 100) / 100)).toEqual([0, 0, 0.4, 0, 0, 0, 0, 0, 0])
  expect(ignored.transform.likelihood.parts[2]).toEqual({ kind: 'categorical', size: 2 })
})

test('an unknown category is an error, or `other`', async () => {
  const training = fromRows([{ city: 'Oslo' }, { city: 'Turku' }])
  const other = fromRows([{ city: 'Turku' }, { city: 'Bern' }])
  expect(await errorText(() => tabularTransform(training).apply(other))).toMatchInlineSnapshot(`
    "DatasetError: \`apply\` received a category that was not there when the transform was fitted.

    Column:   "city"
    Row:      2, counted from 1
    Received: "Bern"
    Fix:      fit the transform with unknown: 'other', or to rows that have this category"
  `)
  const transform = tabularTransform(training, { columns: { city: { unknown: 'other' } } })
  const values = transform.apply(other).read(Uint32Array.of(0, 1)) as Float32Array
  expect([...values]).toEqual([0, 1, 0, 0, 0, 1])
  expect(await transform.invert(values)).toEqual([{ city: 'Turku' }, { city: 'other' }])
})

test('a value that was never missing may not be missing later', () => {
  const transform = tabularTransform(fromRows(people))
  expect(() => transform.apply(fromRows([{ ...people[0], age: null }, people[1] ?? {}]))).toThrow('a missing value')
})

test('a column of one category has no features, and comes back', async () => {
  const { transform, values } = examplesOf([
    { a: 'x', b: 1 },
    { a: 'x', b: 2 },
  ])
  expect(transform.width).toBe(1)
  expect(await transform.invert(values)).toEqual([
    { a: 'x', b: 1 },
    { a: 'x', b: 2 },
  ])
  expect(() => tabularTransform(fromRows([{ a: 'x' }]))).toThrow('all the same')
})

test('labels are a column, with the names of their classes in the notes', () => {
  const table = fromRows(people)
  const transform = tabularTransform(table.select(['age', 'height']))
  const data = transform.apply(table, { labels: 'city' })
  expect([...data.labels]).toEqual([0, 1, 0])
  expect(data.notes).toEqual({ transform: transform.config, classNames: ['Oslo', 'Turku'] })
  expect(data.take(2).notes).toEqual(data.notes)
  expect([...transform.apply(table, { labels: 'member' }).labels]).toEqual([1, 0, 1])
  expect(() => transform.apply(table, { labels: 'height' })).toThrow('cannot be labels')
  expect(() => transform.apply(table, { labels: 'town' })).toThrow('does not have')
})

test('tabularTransform refuses what it cannot fit', () => {
  const table = fromRows(people)
  expect(() =>
    tabularTransform(
      fromRows([
        { x: null, y: 1 },
        { x: null, y: 2 },
      ]),
    ),
  ).toThrow('without values')
  expect(() => tabularTransform(fromRows(Array.from({ length: 1001 }, (_, i) => ({ id: `n${i}` }))))).toThrow(
    'too many categories',
  )
  expect(() => tabularTransform(table, { columns: { agee: {} } })).toThrow('did you mean age?')
  expect(() => tabularTransform(table, { columns: { city: { scaling: 'modes' } } })).toThrow('no option `scaling`')
  expect(() => tabularTransform(table, { scaling: 'robust' as 'modes' })).toThrow('bad `scaling`')
  expect(() => tabularTransform({} as typeof table)).toThrow('not a table')
  expect(() => tabularTransform(table).apply(table.select(['age', 'city']))).toThrow('without a column')
  expect(() => tabularTransform(table).apply(fromRows(people.map((row) => ({ ...row, age: 'old' }))))).toThrow(
    'another kind',
  )
})

test('the config of a transform that is damaged is refused, or one that works', () => {
  const config = JSON.stringify(
    tabularTransform(fromRows(holey), { columns: { age: { scaling: 'modes' }, height: { scaling: 'standard' } } })
      .config,
  )
  expect(() => tabularTransformFromConfig(undefined)).toThrow('not the config of a transform')
  let refused = 0
  for (let at = 0; at < config.length; at++) {
    let parsed: unknown
    try {
      parsed = JSON.parse(`${config.slice(0, at)}${config[at] === '"' ? 'x' : '1'}${config.slice(at + 1)}`)
    } catch {
      continue
    }
    try {
      tabularTransformFromConfig(parsed as never)
    } catch (error) {
      refused++
      expect(String(error)).toMatch('not the config of a transform')
    }
  }
  expect(refused).toBeGreaterThan(10)
})

test('invert refuses another width, and leaks nothing', async () => {
  const { transform, values } = examplesOf(people)
  await expect(transform.invert(tf.zeros([2, transform.width + 1]))).rejects.toThrow('bad `features`')
  await expect(transform.invert(values.subarray(1))).rejects.toThrow('bad `features`')
  const x = tf.tensor2d(values, [3, transform.width])
  await expectNoLeak(async () => void (await transform.invert(x)))
})
