import { expectClose } from '@ae/library/testing'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { backend, fill, matMul, ones, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import type { KernelExports } from '../binary/kernel-exports.ts'
import { moduleOf } from '../binary/module.ts'
import { wasm } from '../index.ts'
import { expectNoLeak, take } from '../testing/kernel-calls.ts'
import { createHeap } from './heap.ts'

beforeAll(() => wasm.activate())

const module = () => moduleOf(backend() as BackendWasm)
const memoryBytes = () => module().asm?.memory?.buffer.byteLength ?? 0

test('a kernel whose output makes the memory grow reads and writes the right places', () => {
  const [x, y] = [ones([3000, 2]), ones([2, 3000])]
  const before = memoryBytes()
  expectNoLeak(() => {
    const out = matMul(x, y) // 36 MB, where tfjs starts with 16
    expect(memoryBytes()).toBeGreaterThan(before)
    expectClose(out.dataSync(), new Float32Array(9_000_000).fill(2))
    out.dispose()
  })
})

test('what a kernel works in is used again: the memory stays as large as it is', () => {
  const [x, y] = [ones([2, 3]), ones([3, 4])]
  matMul(x, y).dispose()
  const before = memoryBytes()
  for (let i = 0; i < 1000; i++) matMul(x, y).dispose() // 0.4 MB each
  expect(memoryBytes()).toBe(before)
})

test('a full memory is an error that says so; nothing leaks, and what fits still works', () => {
  const { _malloc, _free } = module()
  const rest = _malloc(3_500_000_000)
  expect(rest).not.toBe(0)
  const [tall, wide, small] = [zeros([20_000, 1]), zeros([1, 20_000]), ones([2, 2])]
  const [taller, wider] = [zeros([32_768, 1]), zeros([1, 32_769])] // 4 GiB and a little: small modulo 2^32
  try {
    expectNoLeak(() => {
      expect(() => matMul(tall, wide)).toThrowErrorMatchingInlineSnapshot(`
        [BackendLostError: The memory of the wasm backend is full: WebAssembly holds 4 GiB at most.

        Needed: 1526 MiB more, in one piece
        Fix:    use smaller batches, or dispose tensors that are no longer needed (tf.memory() counts them)]
      `)
      expect(() => matMul(taller, wider)).toThrow('full')
      const heap = createHeap(backend() as BackendWasm, {} as KernelExports, () => {})
      expect(() => heap.outputs([[2], [20_000, 20_000]])).toThrow('full')
      expect(() => heap.scratch(1_600_000_000, () => {})).toThrow('full')
      expect(() => fill([20_000, 20_000], 1)).toThrow('full') // a kernel of tfjs itself, which does not look
      expect(take(matMul(small, small))).toEqual([[2, 2, 2, 2]])
    })
  } finally {
    _free(rest)
  }
})

test('addresses above 2 GiB, where a signed integer is negative, work like others', () => {
  const { _malloc, _free } = module()
  const below = _malloc(2_200_000_000)
  try {
    const [x, y] = [ones([4000, 2]), ones([2, 4000])]
    const out = matMul(x, y) // larger than any gap below
    expect((backend() as BackendWasm).getMemoryOffset(out.dataId)).toBeGreaterThan(2 ** 31)
    expectClose(out.dataSync(), new Float32Array(16_000_000).fill(2))
    out.dispose()
  } finally {
    _free(below)
  }
})
