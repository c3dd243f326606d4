import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, test } from 'vitest'
import { type ArrayValues, fromArray } from './from-array.ts'
import { errorText } from './testing/error-text.ts'

async function valuesOf(values: ArrayValues, shape: readonly number[]): Promise<number[]> {
  const all: number[] = []
  for await (const batch of fromArray(values, { shape }).batches({ batchSize: 2 })) {
    all.push(...batch.dataSync())
    batch.dispose()
  }
  return all
}

test('fromArray scales bytes by 1/255', async () => {
  const scaled = [...Float32Array.of(0, 51 / 255, 1)]
  expect(await valuesOf(new Uint8Array([0, 51, 255]), [1])).toEqual(scaled)
  expect(await valuesOf(new Uint8ClampedArray([9, 0, 51, 255, 9]).subarray(1, 4), [1])).toEqual(scaled)
})

test('fromArray keeps other numbers as they are', async () => {
  const numbers = [-2, 0.5, 3, 100]
  expect(await valuesOf(Float32Array.from(numbers), [2])).toEqual(numbers)
  expect(await valuesOf(Float64Array.from(numbers), [2])).toEqual(numbers)
  expect(await valuesOf(numbers, [2])).toEqual(numbers)
})

test('fromArray takes one entry an example, as deep as the shape or flat', async () => {
  const flat = [1, 2, 3, 4, 5, 6, 7, 8]
  expect(
    await valuesOf(
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
      [2, 2, 1],
    ),
  ).toEqual(flat)
  expect(
    await valuesOf(
      [
        [
          [[1], [2]],
          [[3], [4]],
        ],
        [
          [[5], [6]],
          [[7], [8]],
        ],
      ],
      [2, 2, 1],
    ),
  ).toEqual(flat)
})

test('fromArray says name, shape, size, range and labels', () => {
  expect(
    fromArray(
      [
        [0, 1],
        [1, 0],
        [4, -2],
      ],
      { shape: [2], labels: [1, 1, 0], name: 'points' },
    ),
  ).toMatchObject({
    name: 'points',
    shape: [2],
    size: 3,
    range: { minimum: -2, maximum: 4 },
    labels: new Int32Array([1, 1, 0]),
  })
  expect(fromArray([1], { shape: [1] })).toMatchObject({ name: 'array', labels: undefined })
})

test('fromArray does not copy typed arrays', () => {
  const labels = new Uint8Array([3, 4])
  expect(fromArray(new Uint8Array(2), { shape: [1], labels }).labels).toBe(labels)
})

describe('fromArray refuses', () => {
  test('NaN, naming the first', async () => {
    expect(
      await errorText(() => fromArray([0, 1, 2, Number.NaN, Number.NaN, 5], { shape: [2] })),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`fromArray\` received a value that is not finite.

      Expected: finite float32 numbers
      Received: NaN at index 3: example 1, value 1 of it
      Fix:      remove or replace NaN and Infinity first"
    `)
  })
  test('an infinite value in an array of arrays', async () => {
    expect(
      await errorText(() =>
        fromArray(
          [
            [0, 1],
            [-Infinity, 5],
          ],
          { shape: [2] },
        ),
      ),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`fromArray\` received a value that is not finite.

      Expected: finite float32 numbers
      Received: -Infinity at index 2: example 1, value 0 of it
      Fix:      remove or replace NaN and Infinity first"
    `)
  })
  test('a number that float32 cannot hold', () => {
    expect(() => fromArray([1e39], { shape: [1] })).toThrow('received a value that is not finite')
  })
  test('what is no number', () => {
    expect(() => fromArray([[1, undefined as never]], { shape: [2] })).toThrow('received a value that is not finite')
  })
  test('no values', async () => {
    expect(await errorText(() => fromArray(new Float32Array(), { shape: [2] }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromArray\` received no examples.

      Expected: at least one example
      Received: 0 values of shape [2]
      Fix:      pass data that is not empty"
    `)
    expect(() => fromArray([], { shape: [2] })).toThrow('`fromArray` received no examples.')
  })
  test('values that do not divide into examples', async () => {
    expect(await errorText(() => fromArray(new Uint8Array(7), { shape: [2, 2] }))).toMatchInlineSnapshot(`
      "ShapeError: \`fromArray\` received values that do not divide into examples of \`shape\`.

      Expected: a multiple of 4 values, for [2, 2]
      Received: 7 values
      Fix:      pass the shape of one example, without the number of examples"
    `)
  })
  test('an example of another length', async () => {
    expect(await errorText(() => fromArray([[1, 2], [3]], { shape: [2] }))).toMatchInlineSnapshot(`
      "ShapeError: \`fromArray\` received an example of the wrong shape at index 1.

      Expected: 2 numbers, for [2]
      Received: 1 numbers
      Fix:      pass examples of one shape"
    `)
  })
  test('a bad shape', async () => {
    expect(await errorText(() => fromArray([1], { shape: [28.5] }))).toMatchInlineSnapshot(`
      "OptionError: \`fromArray\` received a bad \`shape\`.

      Expected: an array of positive integers, e.g. [28, 28, 1]
      Received: [28.5]
      Fix:      pass an array of positive integers, e.g. [28, 28, 1]"
    `)
    expect(() => fromArray([1], { shape: [] })).toThrow('`fromArray` received a bad `shape`.')
    expect(() => fromArray([1], {} as never)).toThrow('`fromArray` needs the option `shape`.')
  })
  test('labels of another number', async () => {
    expect(await errorText(() => fromArray([1, 2], { shape: [1], labels: [0] }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromArray\` received another number of labels than of examples.

      Expected: 2 labels
      Received: 1 labels
      Fix:      pass the labels of the same split, one for each example"
    `)
  })
  test('labels that are no integers', async () => {
    expect(await errorText(() => fromArray([1, 2], { shape: [1], labels: [0, 0.5] }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromArray\` received a label that is not an integer.

      Expected: integers of 32 bits
      Received: 0.5 at index 1
      Fix:      number the classes from 0"
    `)
  })
  test('labels that are no array', async () => {
    expect(await errorText(() => fromArray([1, 2], { shape: [1], labels: 'ab' as never }))).toMatchInlineSnapshot(`
      "OptionError: \`fromArray\` received a bad \`labels\`.

      Expected: a Uint8Array, an Int32Array or an array of integers
      Received: "ab"
      Fix:      pass a Uint8Array, an Int32Array or an array of integers"
    `)
  })
  test('an unknown option', async () => {
    expect(await errorText(() => fromArray([1, 2], { shape: [1], label: [0] } as never))).toMatchInlineSnapshot(`
      "OptionError: \`fromArray\` has no option \`label\`.

      Expected: shape, labels, name
      Received: label
      Fix:      did you mean labels?"
    `)
  })
  test('values that are no array', async () => {
    expect(await errorText(() => fromArray('images.idx' as never, { shape: [1] }))).toMatchInlineSnapshot(`
      "OptionError: \`fromArray\` received bad \`values\`.

      Expected: a Uint8Array, a Float32Array or arrays of numbers
      Received: "images.idx"
      Fix:      convert them first, e.g. Float32Array.from(values)"
    `)
  })
})
