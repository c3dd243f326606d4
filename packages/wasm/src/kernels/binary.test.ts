import { add, div, mul, ones, scalar, sub, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, numbers, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const operations: readonly [string, (a: Tensor, b: Tensor) => Tensor, (a: number, b: number) => number][] = [
  ['add', add, (a, b) => a + b],
  ['sub', sub, (a, b) => a - b],
  ['mul', mul, (a, b) => a * b],
  ['div', div, (a, b) => a / b],
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
  expect(take(add(ones([2, 3]), floats([1, 2, 3], [3])))).toEqual([[2, 3, 4, 2, 3, 4]])
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
