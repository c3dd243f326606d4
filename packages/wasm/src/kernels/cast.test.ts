import { cast, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
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
