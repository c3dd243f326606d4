import {
  add,
  div,
  floorDiv,
  maximum,
  minimum,
  mod,
  mul,
  ones,
  prelu,
  scalar,
  sub,
  type Tensor,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, numbers, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const operations: readonly [string, (a: Tensor, b: Tensor) => Tensor, (a: number, b: number) => number][] = [
  ['add', add, (a, b) => a + b],
  ['sub', sub, (a, b) => a - b],
  ['mul', mul, (a, b) => a * b],
  ['div', div, (a, b) => a / b],
  ['maximum', maximum, Math.max],
  ['minimum', minimum, Math.min],
  ['prelu', prelu, (a, b) => (a < 0 ? a * b : a)],
]

describe.each(operations)('%s', (_, op, reference) => {
  // Of one shape; of one number and many, either way; less than a vector, and more than a task.
  test.each([
    [
      [3, 5],
      [3, 5],
    ],
    [[1], [2, 7]],
    [[2, 7], []],
    [[1, 1, 1], [3]],
    [[3], [1, 1]],
    [
      [129, 301],
      [129, 301],
    ],
    [[], [40_001]],
  ])('of %j and %j is rounded once', (aShape, bShape) => {
    const size = (shape: number[]) => shape.reduce((all, length) => all * length, 1)
    const [a, b] = [numbers('a', size(aShape)), numbers('b', size(bShape))]
    const count = Math.max(a.length, b.length)
    const at = (values: number[], i: number) => Number(values[values.length === 1 ? 0 : i])
    expectNoLeak(() => {
      const [x, y] = [floats(a, aShape), floats(b, bShape)]
      const out = op(x, y)
      expect(out.size).toBe(count)
      expect(out.rank).toBe(Math.max(aShape.length, bShape.length))
      const expected = Float32Array.from({ length: count }, (_, i) => reference(at(a, i), at(b, i)))
      const values = Float32Array.from(take(out)[0] ?? [])
      expect(values.findIndex((value, i) => !Object.is(value, expected[i]))).toBe(-1)
      x.dispose()
      y.dispose()
    })
  })
})

test('shapes that broadcast otherwise, and integers, are left to tfjs', () => {
  expect(take(add(ones([2, 1]), floats([1, 2], [1, 2])))).toEqual([[2, 3, 2, 3]])
  expect(take(add(tensor([1, 2], [2], 'int32'), tensor([3, 4], [2], 'int32')))).toEqual([[4, 6]])
})

test('infinities and not a number are those of IEEE 754', () => {
  const inputs = [Number.POSITIVE_INFINITY, Number.NaN, 0, -1]
  expect(take(div(floats(inputs, [4]), scalar(0)))).toEqual([
    [Number.POSITIVE_INFINITY, Number.NaN, Number.NaN, Number.NEGATIVE_INFINITY],
  ])
})

test('nothing gives nothing', () => {
  expect(take(mul(zeros([0, 3]), scalar(2)))).toEqual([[]])
  expect(take(mul(zeros([0, 3]), zeros([0, 3])))).toEqual([[]])
})

test('shapes that do not broadcast are refused by tfjs', () => {
  expect(() => add(ones([2]), ones([3]))).toThrow('could not be broadcast')
})

test.each(operations)('%s of a tensor that is repeated, of any length, on either side', (_, op, reference) => {
  for (const [shape, part] of [
    [[3, 5], [5]],
    [
      [2, 3, 7],
      [1, 3, 7],
    ],
    [[4001, 9], [9]],
    [[9000, 1], [1]],
    [
      [1, 2, 1],
      [2, 1],
    ],
  ] as const) {
    const size = shape.reduce<number>((all, length) => all * length, 1)
    const many = numbers('many', size)
    const short = numbers(
      'short',
      part.reduce<number>((all, length) => all * length, 1),
    )
    const [x, y] = [floats(many, shape), floats(short, part)]
    const at = (i: number) => Number(short[i % short.length])
    const expected = [
      many.map((value, i) => Math.fround(reference(value, at(i)))),
      many.map((value, i) => Math.fround(reference(at(i), value))),
    ]
    expect(take(op(x, y), op(y, x))).toEqual(expected)
  }
})

test('the larger and the smaller of NaN and a number are NaN, wherever it stands and however the tensors broadcast', () => {
  const [a, b] = [
    [Number.NaN, 1, Number.NaN],
    [1, Number.NaN, Number.NaN],
  ]
  for (const op of [maximum, minimum]) {
    expect(take(op(floats(a, [3]), floats(b, [3])))).toEqual([[Number.NaN, Number.NaN, Number.NaN]])
    expect(take(op(floats([Number.NaN, 1], [2, 1]), floats([2, 3], [1, 2])))[0]?.slice(0, 2)).toEqual([
      Number.NaN,
      Number.NaN,
    ])
  }
  expect(take(maximum(tensor([1, -5], [2, 1], 'int32'), tensor([2, -7], [2], 'int32')))).toEqual([[2, 1, 2, -5]])
})

test('slopes of PReLU broadcast along any axis', () => {
  expect(take(prelu(floats([-1, -1, -1, 2], [2, 2]), floats([1, 10], [2, 1])))).toEqual([[-1, -1, -10, 2]])
  expect(take(prelu(floats([-1, -2], [2, 1]), floats([1, 10], [2])))).toEqual([[-1, -10, -2, -20]])
})

test('integers are divided as they are, and by 0 give 0', () => {
  const integers = (values: number[]) => tensor(values, [values.length], 'int32')
  expect(take(floorDiv(integers([16_777_217, -7, 5]), integers([1, 2, 0])))).toEqual([[16_777_217, -4, 0]])
  expect(take(mod(integers([7, -7, 7, 5]), integers([3, 3, -3, 0])))).toEqual([[1, 2, -2, 0]])
  expect(take(mod(floats([-1, 5.5, 1e10], [3]), floats([Number.POSITIVE_INFINITY, -2, 1e20], [3])))).toEqual([
    [Number.POSITIVE_INFINITY, -0.5, 1e10],
  ])
})
