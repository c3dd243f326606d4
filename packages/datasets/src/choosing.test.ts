// take, skip, filter, select, split, concat, weighted and batchOf: what they choose, and what they say of the result.
import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { describe, expect, test } from 'vitest'
import { batchOf } from './batch-of.ts'
import { binarize } from './binarize.ts'
import { concat } from './concat.ts'
import { filter, select } from './filter.ts'
import { fromArray } from './from-array.ts'
import { type IndexedDataset, indexedDataset } from './indexed-dataset.ts'
import { split } from './split.ts'
import { skip, take } from './take.ts'
import { errorText } from './testing/error-text.ts'
import { labelledValuesOf, valuesOf } from './testing/read.ts'
import { weighted } from './weighted.ts'
import { withLabels } from './with-labels.ts'

// Example i holds i, and its label is i % 3.
const data = fromArray(
  Float32Array.from({ length: 12 }, (_, i) => i),
  { shape: [1], labels: Uint8Array.from({ length: 12 }, (_, i) => i % 3), name: 'twelve' },
)
const unlabelled = fromArray(Float32Array.of(20, 21), { shape: [1], name: 'two' })
const streamed = indexedDataset({
  name: 'read',
  shape: [1],
  size: 12,
  range: { minimum: 0, maximum: 11 },
  labels: data.labels,
  read: async (indices) => Float32Array.from(indices),
})

describe.each([
  ['in memory', data],
  ['read as they are needed', streamed],
])('of examples %s', (_, source) => {
  test.each<[string, IndexedDataset, number[]]>([
    ['take', take(source, 3), [0, 1, 2]],
    ['skip', skip(source, 9), [9, 10, 11]],
    ['filter', filter(source, ({ label, index }) => label === 2 && index > 4), [5, 8, 11]],
    ['select', select(source, [7, 0, 7]), [7, 0, 7]],
    ['take of skip', skip(source, 3).take(2), [3, 4]],
    [
      'skip of filter',
      skip(
        filter(source, ({ label }) => label === 0),
        2,
      ),
      [6, 9],
    ],
  ])('%s chooses the right ones, with their labels, in any pass', async (_, chosen, expected) => {
    expect(chosen.size).toBe(expected.length)
    expect(await valuesOf(chosen)).toEqual(expected)
    expect([...(chosen.labels ?? [])]).toEqual(expected.map((value) => value % 3))
    const { values, labels } = await labelledValuesOf(withLabels(chosen as typeof data), { batchSize: 2, seed: 5 })
    expect(labels).toEqual(values.map((value) => value % 3))
    expect(values.toSorted()).toEqual(expected.toSorted())
  })
})

test('a choice says what it is, and its checksum is of what it holds', () => {
  expect(skip(data, 4)).toMatchObject({ name: 'twelve[4:]', shape: [1], range: { minimum: 0, maximum: 11 } })
  expect(filter(data, () => true).name).toBe('twelve filtered')
  expect(select(data, [1]).name).toBe('twelve selected')
  const sums = [data, skip(data, 1), skip(data, 2), skip(data, 1).take(3), select(data, [1]), select(data, [2])].map(
    (one) => one.checksum?.(),
  )
  expect(new Set(sums).size).toBe(sums.length)
  expect(sums).not.toContain(undefined)
  expect(skip(streamed, 1).checksum).toBeUndefined()
})

describe('split', () => {
  test('puts each example into one part, by the seed', async () => {
    const parts = split(data, { fractions: [0.5, 0.25, 0.25], seed: 3 })
    const values = await Promise.all(parts.map((part) => valuesOf(part)))
    expect(values.map(({ length }) => length)).toEqual([6, 3, 3])
    expect(values.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i))
    expect(parts[0].name).toBe('twelve[part 1 of 3]')
    expect(await valuesOf(split(data, { fractions: [0.5, 0.5], seed: 3 })[0])).toEqual(values[0])
    expect(await valuesOf(split(data, { fractions: [0.5, 0.5], seed: 4 })[0])).not.toEqual(values[0])
  })

  test('sizes that do not divide are rounded, and no example is lost', () => {
    const sizes = split(data, { fractions: [1 / 7, 2 / 7, 4 / 7] }).map(({ size }) => size)
    expect(sizes).toEqual([2, 3, 7])
  })

  test('stratified gives each class its share, to within one example', () => {
    const labels = Uint8Array.from({ length: 1000 }, (_, i) => (i < 100 ? 0 : i < 107 ? 1 : 2))
    const skewed = fromArray(new Float32Array(1000), { shape: [1], labels })
    const parts = split(skewed, { fractions: [0.7, 0.2, 0.1], seed: 1, stratified: true })
    for (const [part, fraction] of [0.7, 0.2, 0.1].entries()) {
      expect(parts[part]?.size).toBe(1000 * fraction)
      for (const [label, count] of [100, 7, 893].entries()) {
        const own = parts[part]?.labels.filter((other) => other === label).length ?? 0
        expect(Math.abs(own - count * fraction)).toBeLessThanOrEqual(1)
      }
    }
  })

  test('refuses fractions that do not sum to 1, parts without examples, and classes without labels', async () => {
    expect(await errorText(() => split(data, { fractions: [0.8, 0.3] }))).toMatchInlineSnapshot(`
      "OptionError: \`split\` received a bad \`fractions\`.

      Expected: an array of numbers above 0 whose sum is 1, e.g. [0.8, 0.2]
      Received: [0.8, 0.3]
      Fix:      pass an array of numbers above 0 whose sum is 1, e.g. [0.8, 0.2]"
    `)
    expect(await errorText(() => split(data, { fractions: [0.99, 0.01] }))).toMatchInlineSnapshot(`
      "DatasetError: \`split\` leaves a part without examples.

      Expected: at least one example a part
      Received: 0.01 of 12 examples (twelve)
      Fix:      pass larger fractions, or more data"
    `)
    expect(
      await errorText(() => split(unlabelled, { fractions: [0.5, 0.5], stratified: true })),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`split\` needs labels for \`stratified\`.

      Received: data without labels (two)
      Fix:      pass \`labels\` where the data set is made, or leave out \`stratified\`"
    `)
  })
})

describe('concat', () => {
  test('gives all examples, in stored order and shuffled', async () => {
    const both = concat(data, unlabelled)
    expect(both).toMatchObject({
      name: 'twelve + two',
      size: 14,
      range: { minimum: 0, maximum: 21 },
      labels: undefined,
    })
    const all = [...Array.from({ length: 12 }, (_, i) => i), 20, 21]
    expect(await valuesOf(both, { batchSize: 5 })).toEqual(all)
    const shuffled = await valuesOf(both, { batchSize: 5, seed: 1 })
    expect(shuffled).not.toEqual(all)
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(all)
    expect(await valuesOf(both.take(13), { batchSize: 5 })).toEqual(all.slice(0, 13))
    expect(both.checksum?.()).toBe(`${data.checksum?.()} + ${unlabelled.checksum?.()}`)
  })

  test('keeps labels that all have, and scales bytes beside other numbers', async () => {
    const bytes = fromArray(Uint8Array.of(255, 51), { shape: [1], labels: [8, 9] })
    expect([...concat(bytes, data, bytes).labels].slice(-3)).toEqual([2, 8, 9])
    expect(await valuesOf(concat(bytes, take(data, 1), bytes))).toEqual([1, 0.2, 0, 1, 0.2].map(Math.fround))
    expect(await concat(bytes, bytes).read(Uint32Array.of(3, 0))).toEqual(Uint8Array.of(51, 255))
  })

  test('refuses none, and different shapes', async () => {
    expect(() => concat()).toThrow('`concat` received no data set.')
    const other = fromArray(new Float32Array(4), { shape: [2], name: 'pairs' })
    expect(await errorText(() => concat(unlabelled, other))).toMatchInlineSnapshot(`
      "ShapeError: \`concat\` received data sets of different shapes.

      Expected: [1] (two)
      Received: [2] (pairs)
      Fix:      read or reshape them with the same shape"
    `)
  })
})

describe('weighted', () => {
  const skewed = fromArray(
    Float32Array.from({ length: 4000 }, (_, i) => i),
    { shape: [1], labels: Uint8Array.from({ length: 4000 }, (_, i) => Number(i >= 3600)), name: 'skewed' },
  )

  test('draws all classes equally often, each of its examples too, with their labels', async () => {
    const balanced = withLabels(weighted(skewed))
    const { values, labels } = await labelledValuesOf(balanced, { batchSize: 500, seed: 1 })
    expect(values).toHaveLength(4000)
    expect(labels).toEqual(values.map((value) => Number(value >= 3600)))
    expect(Math.abs(labels.filter((label) => label === 1).length - 2000)).toBeLessThan(4 * Math.sqrt(1000))
    const rare = new Set(values.filter((value) => value >= 3600))
    expect(rare.size).toBeGreaterThan(390) // 400 (1 - e^-5) = 397
  })

  test('draws by given weights; an example of weight 0 never', async () => {
    const drawn = weighted(unlabelled, { weights: [0, 3] })
    expect(await valuesOf(drawn, { batchSize: 2, seed: 4 })).toEqual([21, 21])
    expect(await valuesOf(drawn)).toEqual([20, 21])
  })

  test('draws anew in each epoch, and the same for the same seed and epoch, whatever the batch size', async () => {
    const drawn = weighted(skewed)
    const first = await valuesOf(drawn, { batchSize: 100, seed: 1 })
    expect(await valuesOf(drawn, { batchSize: 33, seed: 1, epoch: 0 })).toEqual(first)
    expect(await valuesOf(drawn, { batchSize: 100, seed: 1, epoch: 1 })).not.toEqual(first)
  })

  test('take weighs the first examples alone, and others refuse to choose from it', async () => {
    const values = await valuesOf(weighted(data).take(2), { batchSize: 2, seed: 3 })
    expect(values.every((value) => value < 2)).toBe(true)
    expect(await errorText(() => skip(weighted(data), 2))).toMatchInlineSnapshot(`
      "DatasetError: \`skip\` cannot choose among examples that are drawn by weight.

      Received: twelve weighted
      Fix:      choose them first: weighted(skip(digits, 100))"
    `)
  })

  test('refuses data without labels, and the wrong number of weights', async () => {
    expect(await errorText(() => weighted(unlabelled))).toMatchInlineSnapshot(`
      "DatasetError: \`weighted\` needs labels or weights.

      Received: data without labels (two)
      Fix:      pass \`labels\` where the data set is made, or one weight for each example"
    `)
    expect(await errorText(() => weighted(unlabelled, { weights: [1] }))).toMatchInlineSnapshot(`
      "DatasetError: \`weighted\` received the wrong number of weights.

      Data:     two
      Expected: 2, one for each example
      Received: 1
      Fix:      pass the weights of the same examples"
    `)
    expect(() => weighted(unlabelled, { weights: [0, 0] })).toThrow('`weighted` received a bad `weights`.')
  })
})

describe('batchOf', () => {
  test('gives the first examples, or those at some indices, and nothing else stays', () =>
    expectNoLeak(async () => {
      const first = await batchOf(data, 5)
      expect(first.shape).toEqual([5, 1])
      expect([...first.dataSync()]).toEqual([0, 1, 2, 3, 4])
      const some = await batchOf(streamed, [11, 2])
      expect([...some.dataSync()]).toEqual([11, 2])
      const { examples, labels } = await batchOf(withLabels(data), 4)
      expect([...labels.dataSync()]).toEqual([0, 1, 2, 0])
      for (const tensor of [first, some, examples, labels]) tensor.dispose()
    }))

  test('refuses more than there are', async () => {
    expect(await errorText(batchOf(data, 13))).toMatchInlineSnapshot(`
      "OptionError: \`batchOf\` received a bad \`examples\`.

      Expected: 1 to 12, the size of twelve
      Received: 13
      Fix:      pass a number of examples that the data set has, or their indices"
    `)
    expect(await errorText(batchOf(data, [12]))).toMatchInlineSnapshot(`
      "OptionError: \`batchOf\` received a bad \`examples\`.

      Expected: an array of integers from 0 to 11
      Received: [12]
      Fix:      pass an array of integers from 0 to 11"
    `)
    await expect(batchOf(data, [])).rejects.toThrow('`batchOf` received a bad `examples`.')
  })
})

test('what chooses wants data that can be read in any order', async () => {
  const bits = binarize(fromArray(Uint8Array.of(0, 255), { shape: [1] }))
  expect(await errorText(() => skip(bits as never, 1))).toMatchInlineSnapshot(`
    "OptionError: \`skip\` received \`dataset\` that is not a data set whose examples can be read in any order.

    Expected: a data set whose examples can be read in any order
    Received: { name, shape, size, range, labels, checksum, notes, batches }, whose read is not a function
    Fix:      choose examples first, and add labels or change values after that: withLabels(skip(digits, 100))"
  `)
})

test('a choice of nothing is refused', async () => {
  expect(await errorText(() => skip(data, 12))).toMatchInlineSnapshot(`
    "DatasetError: \`skip\` leaves no examples.

    Expected: at least one example
    Received: none of the 12 of twelve
    Fix:      choose at least one, or pass more data"
  `)
  expect(await errorText(() => filter(data, ({ index }) => index > 99))).toMatchInlineSnapshot(`
    "DatasetError: \`filter\` leaves no examples.

    Expected: at least one example
    Received: none of the 12 of twelve
    Fix:      choose at least one, or pass more data"
  `)
  expect(await errorText(() => filter(data, (() => 1) as never))).toMatchInlineSnapshot(`
    "OptionError: \`filter\` received a \`keep\` that does not say true or false.

    Expected: true or false
    Received: 1 for example 0 of twelve
    Fix:      return a comparison, such as label === 3; await what it needs beforehand"
  `)
  expect(await errorText(() => select(data, [12]))).toMatchInlineSnapshot(`
    "OptionError: \`select\` received a bad \`indices\`.

    Expected: an array of integers from 0 to 11
    Received: [12]
    Fix:      pass an array of integers from 0 to 11"
  `)
})
