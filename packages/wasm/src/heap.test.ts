import { expectClose } from '@ae/library/testing'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { backend, fill, matMul, ones, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { createHeap } from './heap.ts'
import { wasm } from './index.ts'
import { moduleOf } from './module.ts'
import type { NativeKernels } from './native.ts'
import type { Queue } from './solo.ts'
import { expectNoLeak, take } from './testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const module = () => moduleOf(backend() as BackendWasm)
const idle: Queue = { published: () => 0, areDone: () => true }
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
      const heap = createHeap(backend() as BackendWasm, { finish: () => 0 } as unknown as NativeKernels, () => idle)
      expect(() => heap.outputs([[2], [20_000, 20_000]])).toThrow('full')
      expect(() => heap.scratch(1_600_000_000, () => {})).toThrow('full')
      expect(() => fill([20_000, 20_000], 1)).toThrow('full') // a kernel of tfjs itself, which does not look
      expect(take(matMul(small, small))).toEqual([[2, 2, 2, 2]])
    })
  } finally {
    _free(rest)
  }
})

test('a large place is given when what waits to be freed for other threads is little, or has been waited for', () => {
  let finished = 0
  const finish = () => void finished++
  const queue: Queue = { published: () => 1, areDone: () => finished > 0 } // as long as nobody waits for it, one job
  createHeap(backend() as BackendWasm, { finish } as unknown as NativeKernels, () => queue)
  const { _malloc, _free } = module()
  const malloc = () => _malloc(2 ** 22)
  const places = Array.from({ length: 5 }, malloc)
  for (const place of places.slice(1)) _free(place) // 16 MiB wait
  const beside = malloc()
  expect([finished, places.includes(beside)]).toEqual([0, false])
  _free(places[0] as number)
  _free(_malloc(1000))
  expect(finished).toBe(0)
  const again = malloc()
  expect(finished).toBe(1)
  _free(beside)
  _free(again)
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
