import { expectClose } from '@ae/library/testing'
import { mean, sum, tensor, util, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, largest, numbers, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test.each([
  { shape: [5], axes: [0] },
  { shape: [7, 3], axes: [0] },
  { shape: [7, 3], axes: [1] },
  { shape: [3, 4, 5, 6], axes: [0, 1, 2] },
  { shape: [3, 4, 5, 6], axes: [2, 0, 1] },
  { shape: [3, 4, 5, 6], axes: [-4, -3] },
  { shape: [3, 4, 5, 6], axes: [0, 2] },
  { shape: [3, 4, 5, 6], axes: [3] },
  { shape: [3, 4, 5, 6], axes: [1] },
  { shape: [3, 4, 5, 6], axes: [1, 2] },
  { shape: [3, 4, 5, 6], axes: [1, 3] },
  { shape: [2, 3, 2, 3, 2, 3], axes: [0, 2, 4] },
  { shape: [2, 1, 3], axes: [1] },
  { shape: [5, 300, 3], axes: [1] },
  { shape: [3, 1001], axes: [1] },
  { shape: [], axes: [] },
  { shape: [3, 4, 5, 6], axes: [0, 1, 2, 3] },
  { shape: [600, 9], axes: [0] },
  { shape: [2, 3], axes: [] },
])('the sum and the mean of $shape over the axes $axes', ({ shape, axes }) => {
  const x = numbers('x', util.sizeFromShape(shape))
  const over = axes.map((axis) => (axis + shape.length) % shape.length)
  const kept = shape.map((length, axis) => (over.includes(axis) ? 1 : length))
  const sums = new Array<number>(util.sizeFromShape(kept)).fill(0)
  for (const [place, value] of x.entries()) {
    const strides = [...util.computeStrides(shape), 1]
    const keptStrides = [...util.computeStrides(kept), 1]
    const to = shape.reduce((sum, length, axis) => {
      const at = Math.floor(place / Number(strides[axis])) % length
      return sum + (over.includes(axis) ? 0 : at * Number(keptStrides[axis]))
    }, 0)
    sums[to] = Number(sums[to]) + value
  }
  const count = x.length / sums.length
  expectNoLeak(() => {
    const input = floats(x, shape)
    for (const [op, expected] of [
      [sum, sums],
      [mean, sums.map((value) => value / count)],
    ] as const) {
      const outputs = [op(input, axes, true), op(input, axes)]
      expect(outputs.map((output) => output.shape)).toEqual([kept, shape.filter((_, axis) => !over.includes(axis))])
      for (const values of take(...outputs)) expectClose(values, expected, { absolute: 1e-6 * largest(expected) })
    }
    input.dispose()
  })
})

test('integers are summed as integers', () => {
  const total = sum(tensor([2 ** 24, 1, 2, 3], [2, 2], 'int32'), 0)
  expect([total.dtype, ...total.dataSync()]).toEqual(['int32', 2 ** 24 + 2, 4])
})

test('the mean of integers and of booleans is that of their numbers', () => {
  expectNoLeak(() => {
    const [integers, booleans] = [tensor([2 ** 20, 1, 2, 3], [2, 2], 'int32'), tensor([1, 0, 1, 1], [2, 2], 'bool')]
    const means = [mean(integers, 1), mean(booleans, 0), mean(booleans)]
    expect(means.map(({ dtype }) => dtype)).toEqual(['float32', 'float32', 'float32'])
    expect(take(...means)).toEqual([[(2 ** 20 + 1) / 2, 2.5], [1, 0.5], [0.75]])
    integers.dispose()
    booleans.dispose()
  })
})

test('not a number and infinity stay in their sums', () => {
  const x = tensor([Number.NaN, 1, 2, Number.POSITIVE_INFINITY, 3, 4, 5, 6, 7], [3, 3])
  expect(take(sum(x, 0), sum(x, 1))).toEqual([
    [Number.NaN, 10, 13],
    [Number.NaN, Number.POSITIVE_INFINITY, 18],
  ])
})

test('a sum beyond float32 is infinite, and one that comes back is right', () => {
  expect(take(sum(tensor([3e38, 3e38])), sum(tensor([3e38, 3e38, -3e38, -3e38])))).toEqual([
    [Number.POSITIVE_INFINITY],
    [0],
  ])
})

test('the sum of nothing is 0, its mean no number', () => {
  expect(take(sum(zeros([0, 2]), 0), mean(zeros([0, 2]), 0))).toEqual([
    [0, 0],
    [Number.NaN, Number.NaN],
  ])
})

test('an axis that the tensor does not have is refused', () => {
  const x = zeros([2, 3])
  expectNoLeak(() => {
    for (const axis of [2, -3, 0.5]) expect(() => mean(x, axis)).toThrow('axis')
  })
})
