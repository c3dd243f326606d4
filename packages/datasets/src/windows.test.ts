import '@tensorflow/tfjs-backend-cpu'
import { expect, test } from 'vitest'
import { errorText } from './testing/error-text.ts'
import { labelledValuesOf, valuesOf } from './testing/read.ts'
import { windows } from './windows.ts'
import { withLabels } from './with-labels.ts'

const series = Float32Array.from({ length: 8 }, (_, i) => i)

test('windows gives every window of a series, or every so many points', async () => {
  const all = windows(series, { length: 6 })
  expect(all).toMatchObject({ name: 'windows', shape: [6, 1], size: 3, range: { minimum: 0, maximum: 7 } })
  expect(await valuesOf(all)).toEqual([0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 2, 3, 4, 5, 6, 7])
  expect(await valuesOf(windows(series, { length: 3, stride: 3 }))).toEqual([0, 1, 2, 3, 4, 5])
  expect(await valuesOf(windows([...series], { length: 2, stride: 5 }))).toEqual([0, 1, 5, 6])
})

test('channels alternate in one array, or have an array each', async () => {
  const expected = [0, 10, 1, 11, 1, 11, 2, 12]
  const alternating = windows(Float32Array.of(0, 10, 1, 11, 2, 12), { length: 2, channels: 2 })
  expect(alternating.shape).toEqual([2, 2])
  expect(await valuesOf(alternating)).toEqual(expected)
  expect(await valuesOf(windows([[0, 1, 2], Float32Array.of(10, 11, 12)], { length: 2 }))).toEqual(expected)
})

test('windows read the series where it lies, and hold no copy of it', async () => {
  const long = new Float32Array(1_000_000)
  const data = windows(long, { length: 1000 })
  expect(data.size).toBe(999_001)
  long[999_999] = 5
  expect((await data.read(Uint32Array.of(999_000)))[999]).toBe(5)
})

test('integers are scaled as they are read, from minimum and maximum to 0 and 1', async () => {
  const sound = windows(Int16Array.of(-32768, 0, 32767), { length: 1, minimum: -32768, maximum: 32767 })
  expect(await valuesOf(sound)).toEqual([0, Math.fround(32768 / 65535), 1])
  expect(sound.range).toEqual({ minimum: 0, maximum: 1 })
  expect(await valuesOf(windows(Int16Array.of(-5, 7), { length: 1 }))).toEqual([-5, 7])
  expect(await valuesOf(windows(Uint8Array.of(0, 51), { length: 1 }))).toEqual([0, Math.fround(0.2)])
})

test('labels are one for each window, or computed from where it lies', async () => {
  const given = windows(series, { length: 4, stride: 2, labels: [7, 8, 9] })
  expect(await labelledValuesOf(withLabels(given))).toEqual({
    values: [0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7],
    labels: [7, 8, 9],
  })
  const flawed = [0, 0, 0, 0, 0, 1, 0, 0]
  const labels = (start: number, end: number) => Math.max(...flawed.slice(start, end))
  expect([...windows(series, { length: 4, stride: 2, labels }).labels]).toEqual([0, 1, 1])
})

test('a shuffled pass gives each window once, and a checksum tells other windows', async () => {
  const data = windows(series, { length: 1 })
  expect((await valuesOf(data, { batchSize: 3, seed: 1 })).toSorted()).toEqual([...series])
  const sums = [data, windows(series, { length: 2 }), windows(series, { length: 1, stride: 2 }), data.take(3)].map(
    (one) => one.checksum?.(),
  )
  expect(new Set(sums).size).toBe(4)
})

test('windows refuses series that do not fit', async () => {
  expect(await errorText(() => windows(series, { length: 9 }))).toMatchInlineSnapshot(`
    "DatasetError: \`windows\` received a series that is shorter than one window.

    Expected: at least 9 points in time
    Received: 8
    Fix:      pass a longer series, or a smaller \`length\`"
  `)
  expect(await errorText(() => windows(series, { length: 2, channels: 3 }))).toMatchInlineSnapshot(`
    "DatasetError: \`windows\` received channels that do not fit together.

    Expected: a multiple of 3 values, for 3 channels
    Received: 8 values
    Fix:      pass one array in which the channels alternate, with \`channels\`, or one array for each channel"
  `)
  expect(() => windows([[1, 2], [1]], { length: 1 })).toThrow('`windows` received channels that do not fit together.')
  expect(() => windows([[1, 2]], { length: 1, channels: 2 })).toThrow('channels that do not fit together')
  expect(await errorText(() => windows([1, Number.NaN], { length: 1 }))).toMatchInlineSnapshot(`
    "DatasetError: \`windows\` received a value that is not finite.

    Expected: finite float32 numbers
    Received: NaN at index 1
    Fix:      remove or replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32"
  `)
  expect(await errorText(() => windows(Uint16Array.of(1, 900), { length: 1, maximum: 500 }))).toMatchInlineSnapshot(`
    "DatasetError: \`windows\` received a value that is outside of \`minimum\` and \`maximum\`.

    Expected: numbers in [0, 500]
    Received: 900 at index 1
    Fix:      pass as minimum and maximum what no value exceeds, e.g. 0 and 65535 for a Uint16Array"
  `)
  expect(() => windows(series, { length: 4, labels: [1] })).toThrow('`windows` received the wrong number of labels.')
  expect(() => windows(series, { length: 4, labels: () => 0.5 })).toThrow('a label that is not an integer')
  expect(() => windows([], { length: 1 })).toThrow('`windows` received a bad `series`.')
  expect(() => windows(series, { length: 1, minimum: 3, maximum: 3 })).toThrow('`windows` received a bad `maximum`.')
})
