import { clone, Identity, memory, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test('a clone has the data of its original, takes no memory, and outlives it', () => {
  expectNoLeak(() => {
    const original = floats([1, 2, 3], [3])
    const before = memory().numDataBuffers
    const [copy] = runKernel(Identity, { x: original })
    expect(memory().numDataBuffers).toBe(before)
    original.dispose()
    expect(take(...(copy ? [copy] : []))).toEqual([[1, 2, 3]])
  })
})

test.each([
  [[1, 2], 'int32'],
  [[1, 0], 'bool'],
  [['a', 'b'], 'string'],
] as const)('a clone of %j is of %s too', (values, dtype) => {
  expectNoLeak(() => {
    const original = tensor([...values] as number[], [2], dtype)
    const copy = clone(original)
    original.dispose()
    expect(copy.dtype).toBe(dtype)
    expect(Array.from(copy.dataSync())).toEqual([...values])
    copy.dispose()
  })
})
