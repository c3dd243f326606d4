import { batchNorm, bincount, searchSorted, tensor, tensor1d, topk } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectWithinTensors } from '../testing/canaries.ts'
import { floats, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

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
