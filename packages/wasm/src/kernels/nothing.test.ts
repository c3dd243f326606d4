import { all, any, type DataType, dispose, max, min, prod, tensor, transpose, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

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
