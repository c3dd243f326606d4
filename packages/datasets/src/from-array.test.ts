import '@tensorflow/tfjs-backend-cpu'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { fromArray } from './from-array.ts'
import { fromTensor } from './from-tensor.ts'
import type { ArrayValues } from './stored-values.ts'
import { errorText } from './testing/error-text.ts'
import { valuesOf as passOf } from './testing/read.ts'

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
      Fix:      remove or replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32"
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
      Fix:      remove or replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32"
    `)
  })
  test('a number that float32 cannot hold', () => {
    expect(() => fromArray([1e39], { shape: [1] })).toThrow('received a value that is not finite')
  })
  test.each<[name: string, value: unknown, cure: (value: never) => number]>([
    ['null', null, () => 0],
    ['undefined', undefined, () => 0],
    ['an empty text', '', () => 0],
    ['a text', '5', Number],
    ['a boolean', true, Number],
    ['a bigint', 5n, Number],
    ['an array of a number', [5], ([number]: [number]) => number],
    ['an object', { valueOf: () => 5 }, Number],
  ])('%s in the place of a number, wherever it is, and takes what the cure makes of it', (_, value, cure) => {
    const cured = cure(value as never)
    for (const [make, place] of [
      [(x: unknown) => [0, 1, 2, x, 4, 5], 'at values[3]: example 1, value 1 of it'],
      [
        (x: unknown) => [
          [0, 1],
          [2, x],
          [4, 5],
        ],
        'at values[1][1]: example 1, value 1 of it',
      ],
      [
        (x: unknown) => [
          [[0], [1]],
          [[2], [x]],
        ],
        'at values[1][1][0]: example 1, value 1 of it',
      ],
    ] as const) {
      const values = make(value) as never
      expect(() => fromArray(values, { shape: [2] })).toThrow('`fromArray` received a value that is not a number.')
      expect(() => fromArray(values, { shape: [2] })).toThrow(place)
      expect(fromArray(make(cured) as never, { shape: [2] }).range.maximum).toBeGreaterThan(1)
    }
  })
  test('a value that is not a number, with its place and what helps', async () => {
    const values = [
      [0, 1],
      [2, null],
    ] as never
    expect(await errorText(() => fromArray(values, { shape: [2] }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromArray\` received a value that is not a number.

      Expected: finite float32 numbers
      Received: null at values[1][1]: example 1, value 1 of it
      Fix:      leave the example out, or put a number there"
    `)
  })
  test('holes, which would shift what follows', () => {
    const holed = [0, 1, 2, 3]
    delete holed[1]
    expect(() => fromArray(holed, { shape: [2] })).toThrow('undefined at values[1]')
    expect(() => fromArray([[4, 5, 6, 7], holed], { shape: [4] })).toThrow('undefined at values[1][1]')
    const examples = [
      [0, 1],
      [2, 3],
      [4, 5],
    ]
    delete examples[1]
    expect(() => fromArray(examples, { shape: [2] })).toThrow('wrong shape at index 1')
  })
  test.each<[string, readonly unknown[], readonly number[]]>([
    ['ragged', [[[1, 2, 3], [4]]], [2, 2]],
    [
      'nested the other way round',
      [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      [2, 3],
    ],
    [
      'nested in one and not in the other',
      [
        [
          [1, 2],
          [3, 4],
        ],
        [1, 2, 3, 4],
      ],
      [2, 2],
    ],
    ['numbers beside arrays', [[1, 2], 3], [2]],
    ['missing', [[1, 2], null], [2]],
    ['a typed array', [[1, 2], new Float32Array([3, 4])], [2]],
    ['a text', [[1, 2], '34'], [2]],
  ])('an example that is %s', (_, values, shape) => {
    expect(() => fromArray(values as never, { shape })).toThrow('received an example of the wrong shape at index')
  })
  test('an example that is ragged, with its place', async () => {
    expect(
      await errorText(() =>
        fromArray(
          [
            [
              [1, 2],
              [3, 4],
            ],
            [[5, 6], [7]],
          ],
          { shape: [2, 2] },
        ),
      ),
    ).toMatchInlineSnapshot(`
      "ShapeError: \`fromArray\` received an example of the wrong shape at index 1.

      Expected: 2 numbers, for [2, 2]
      Received: 1 numbers in values[1][1]
      Fix:      pass examples of one shape"
    `)
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
      "DatasetError: \`fromArray\` received the wrong number of labels.

      Expected: 2, one for each example
      Received: 1
      Fix:      pass the labels of the same examples"
    `)
  })
  test('labels that are no integers', async () => {
    expect(await errorText(() => fromArray([1, 2], { shape: [1], labels: [0, 0.5] }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromArray\` received a label that is not an integer.

      Expected: integers of 32 bits
      Received: 0.5 at index 1
      Fix:      give each example the number of its class: 0 for the first, 1 for the second and so on"
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

      Expected: shape, labels, minimum, maximum, name
      Received: label
      Fix:      did you mean labels?"
    `)
  })
  test('values that are no array', async () => {
    expect(await errorText(() => fromArray('images.idx' as never, { shape: [1] }))).toMatchInlineSnapshot(`
      "OptionError: \`fromArray\` received bad \`values\`.

      Expected: a Uint8Array, a Float32Array or arrays of numbers
      Received: "images.idx"
      Fix:      pass the numbers themselves; fromIdx reads files"
    `)
    for (const values of [undefined, null, 5, true, {}, new Set([1])]) {
      expect(() => fromArray(values as never, { shape: [1] })).toThrow('`fromArray` received bad `values`.')
    }
  })
  test('a tensor, and takes what the cure makes of it', async () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
    ])
    expect(await errorText(() => fromArray(x as never, { shape: [2] }))).toMatchInlineSnapshot(`
      "OptionError: \`fromArray\` received bad \`values\`.

      Expected: a Uint8Array, a Float32Array or arrays of numbers
      Received: a tensor of shape [2, 2]
      Fix:      read its values first: await fromTensor(x)"
    `)
    expect(await passOf(await fromTensor(x))).toEqual([1, 2, 3, 4])
    const stacked = 'Fix:      read their values first: await fromTensor(tf.stack(tensors))'
    const tensors = [tf.tensor1d([1, 2])]
    expect(() => fromArray(tensors as never, { shape: [2] })).toThrow(stacked)
    expect(await passOf(await fromTensor(tf.stack(tensors)))).toEqual([1, 2])
  })
  test('arrays that hold no such numbers, and takes what the cures make of them', async () => {
    const bytes = new Uint8Array([0, 255])
    const { buffer } = bytes
    const refused: readonly (readonly [unknown, string, ArrayValues])[] = [
      [
        new BigInt64Array([0n, 1n]),
        'Float32Array.from(values, Number)',
        Float32Array.from(new BigInt64Array([0n, 1n]), Number),
      ],
      [
        new BigUint64Array([0n, 1n]),
        'Float32Array.from(values, Number)',
        Float32Array.from(new BigUint64Array([0n, 1n]), Number),
      ],
      [
        new DataView(buffer),
        'new Uint8Array(values.buffer, values.byteOffset, values.byteLength)',
        new Uint8Array(buffer, 0, 2),
      ],
      [buffer, 'new Uint8Array(values)', new Uint8Array(buffer)],
      [new Set([0, 1]), 'Float32Array.from(values)', Float32Array.from(new Set([0, 1]))],
    ]
    for (const [values, cure, cured] of refused) {
      expect(await errorText(() => fromArray(values as never, { shape: [1] }))).toContain(cure)
      expect(await valuesOf(cured, [1])).toEqual([0, 1])
    }
  })
  test('labels that are no numbers', () => {
    for (const label of ['1', null, undefined, true, 1n, [1], Number.NaN, 2 ** 31, -(2 ** 31) - 1]) {
      const labels = [0, label] as never
      expect(() => fromArray([1, 2], { shape: [1], labels })).toThrow('at index 1')
    }
    expect(() => fromArray([1, 2], { shape: [1], labels: new Float32Array([0, 0.5]) })).toThrow('0.5 at index 1')
    expect(() => fromArray([1, 2], { shape: [1], labels: new BigInt64Array(2) as never })).toThrow('bad `labels`')
  })
})

test.each([
  ['Int8Array', Int8Array],
  ['Int16Array', Int16Array],
  ['Uint16Array', Uint16Array],
  ['Int32Array', Int32Array],
  ['Uint32Array', Uint32Array],
])('fromArray keeps the numbers of an %s as they are, and takes it for labels', async (_, TypedArray) => {
  expect(await valuesOf(TypedArray.of(3, 1, 100), [1])).toEqual([3, 1, 100])
  const labels = TypedArray.of(3, 1, 100)
  expect(fromArray([1, 2, 3], { shape: [1], labels }).labels).toEqual(new Int32Array([3, 1, 100]))
})

test.each([
  [
    [Uint8Array.of(0, 51), Uint8Array.of(255, 0)],
    [0, Math.fround(0.2), 1, 0],
  ],
  [[new Uint8ClampedArray([0, 51])], [0, Math.fround(0.2)]],
  [
    [Float32Array.of(1, 2), Float32Array.of(3, 4)],
    [1, 2, 3, 4],
  ],
  [[Float64Array.of(1, 2)], [1, 2]],
  [[Int16Array.of(-1, 2)], [-1, 2]],
])('fromArray takes a typed array for each example: %o', async (values, expected) => {
  expect(await valuesOf(values, [2])).toEqual(expected)
})

test.each([
  ['Uint16Array', Uint16Array.of(0, 13107, 65535), {}, 65535],
  ['Int16Array', Int16Array.of(-32768, -19661, 32767), { minimum: -32768 }, 32767],
  ['Int32Array', Int32Array.of(100, 300, 1100), { minimum: 100 }, 1100],
  ['array of Uint16Arrays', [Uint16Array.of(0), Uint16Array.of(200), Uint16Array.of(1000)], {}, 1000],
  ['array of numbers', [[-1], [-0.6], [1]], { minimum: -1 }, 1],
  ['Uint8Array', Uint8Array.of(0, 20, 100), {}, 100],
] as const)('fromArray scales an %s from minimum and maximum to 0 and 1', async (_, values, options, maximum) => {
  const data = fromArray(values, { shape: [1], ...options, maximum, labels: [1, 2, 3] })
  const received = await passOf(data)
  for (const [i, value] of [0, 0.2, 1].entries()) expect(received[i]).toBeCloseTo(value, 6)
  expect(data).toMatchObject({ size: 3, range: { minimum: 0, maximum: 1 }, labels: Int32Array.of(1, 2, 3) })
  expect(await passOf(data.take(2))).toEqual(received.slice(0, 2))
})

test('fromArray refuses values outside of its scale, and a scale without an end', async () => {
  expect(await errorText(() => fromArray(Uint16Array.of(0, 900), { shape: [1], maximum: 500 }))).toMatchInlineSnapshot(`
    "DatasetError: \`fromArray\` received a value that is outside of \`minimum\` and \`maximum\`.

    Expected: numbers in [0, 500]
    Received: 900 at index 1
    Fix:      pass as minimum and maximum what no value exceeds, e.g. 0 and 65535 for a Uint16Array"
  `)
  expect(await errorText(() => fromArray([1], { shape: [1], minimum: 0 }))).toMatchInlineSnapshot(`
    "OptionError: \`fromArray\` received a bad \`maximum\`.

    Expected: a number above minimum, 0
    Received: undefined
    Fix:      pass as minimum what becomes 0, and as maximum what becomes 1"
  `)
  expect(() => fromArray(Uint16Array.of(1, 2, 3), { shape: [2], maximum: 9 })).toThrow('do not divide into examples')
  const mixed = [Float32Array.of(1), Uint8Array.of(1)]
  expect(await errorText(() => fromArray(mixed, { shape: [1] }))).toMatchInlineSnapshot(`
    "ShapeError: \`fromArray\` received an example of the wrong shape at index 1.

    Expected: Float32Array of 1 values, for [1]
    Received: Uint8Array of 1 values
    Fix:      pass examples of one shape, in arrays of one type"
  `)
})

test("fromArray takes Node's Buffer, and arrays of another realm, as what they are", async () => {
  expect(await valuesOf(Buffer.from([0, 255]), [1])).toEqual([0, 1])
  const foreign = runInNewContext(
    '[new Uint8Array([0, 255]), new Float32Array([0, 1]), [0, 1], [[0], [1]]]',
  ) as ArrayValues[]
  for (const values of foreign) expect(await valuesOf(values, [1])).toEqual([0, 1])
})

test('fromArray takes arrays nested as the shape is, but for axes of length 1', async () => {
  expect(
    await valuesOf(
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [2, 2, 1],
    ),
  ).toEqual([1, 2, 3, 4])
  expect(
    await valuesOf(
      [
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ],
      [2, 2],
    ),
  ).toEqual([1, 2, 3, 4])
  expect(await valuesOf([[1], [2]], [1, 1, 1])).toEqual([1, 2])
})
