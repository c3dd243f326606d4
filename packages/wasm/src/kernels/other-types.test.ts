import {
  all,
  any,
  batchNorm,
  bincount,
  cast,
  type DataType,
  dispose,
  max,
  min,
  prod,
  searchSorted,
  tensor,
  tensor1d,
  topk,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectWithinTensors } from '../testing/canaries.ts'
import { expectNoLeak, floats, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test('true is all that is not 0, whatever its size, and NaN', () => {
  const values = [0.2, -0.5, 2, 256, Number.NaN, 0, -0, 1e-45]
  expectNoLeak(() => {
    const x = floats(values, [8])
    expect(take(cast(x, 'bool'))).toEqual([[1, 1, 1, 1, 1, 0, 0, 1]])
    x.dispose()
  })
  expect(take(cast(tensor([0, 256, -1], [3], 'int32'), 'bool'))).toEqual([[0, 1, 1]])
})

test('other casts keep numbers, and drop fractions for integers', () => {
  expect(take(cast(floats([2.7, -2.7, 0], [3]), 'int32'))).toEqual([[2, -2, 0]])
  expect(take(cast(tensor([3, -4], [2], 'int32'), 'float32'))).toEqual([[3, -4]])
  expect(take(cast(tensor([1, 0], [2], 'bool'), 'float32'))).toEqual([[1, 0]])
})

test('bools count as the integers that they are', () => {
  const bools = (values: number[], shape: number[]) => tensor(values, shape, 'bool')
  expectWithinTensors(() => {
    expect(take(bincount(tensor1d([1, 1, 2], 'int32'), tensor1d([1, 1, 0], 'bool'), 3))).toEqual([[0, 2, 0]])
    expect(take(searchSorted(bools([0, 0, 1, 1], [4]), bools([0, 1], [2]), 'left'))).toEqual([[0, 2]])
    const { values, indices } = topk(bools([0, 1, 1, 0], [4]), 2)
    expect(take(values, indices)).toEqual([
      [1, 1],
      [1, 2],
    ])
  })
})

test('what is not of float32 is normalised as the numbers that it is', () => {
  expectWithinTensors(() => {
    const [mean, variance] = [floats([1, 1], [2]), floats([4, 4], [2])]
    for (const dtype of ['int32', 'bool'] as const) {
      expect(take(batchNorm(tensor([1, 0], [1, 2], dtype), mean, variance, undefined, undefined, 0))).toEqual([
        [0, -0.5],
      ])
    }
  })
})

test('reductions of nothing are those of TensorFlow, in the right shape', () => {
  expectNoLeak(() => {
    const x = zeros([0, 3, 2])
    const none = zeros([2, 0], 'bool')
    const [lowest, highest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    expect(take(max(x, [0, 2]), min(x, 0, true), prod(x), all(none, 1), any(none, 1))).toEqual([
      [lowest, lowest, lowest],
      new Array(6).fill(highest),
      [1],
      [1, 1],
      [0, 0],
    ])
    const results = [transpose(x, [2, 0, 1]), max(x, 1), min(x, 0, true)]
    expect(results.map(({ shape }) => shape)).toEqual([
      [2, 0, 3],
      [0, 2],
      [1, 3, 2],
    ])
    dispose([x, none, ...results])
  })
})

test.each([
  ['int32', -(2 ** 31), 2 ** 31 - 1],
  ['float32', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
] as const)('the largest and the smallest of no %s are its bounds', (dtype: DataType, low, high) => {
  const nothing = tensor([], [0], dtype)
  expect(take(max(nothing), min(nothing))).toEqual([[low], [high]])
})
