import { selectBackend } from '@ae/core'
import { engine, getBackend, matMul, tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { wasm } from './index.ts'
import { defaultThreads } from './threads/cores.ts'

const device = `WebAssembly SIMD, ${defaultThreads()} threads`

test('importing the package registers nothing in a page', () => {
  expect(Object.keys(engine().registryFactory)).toEqual([])
})

test('wasm runs in a page without anything to configure, on all cores where it is isolated from other origins', async () => {
  expect(crossOriginIsolated).toBe(true)
  expect(await selectBackend(wasm)).toMatchObject({ name: 'wasm', device: device })
  expect(getBackend()).toBe('wasm')
  const fetched = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm'))
  expect(fetched).toEqual([])
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])
  expect(await matMul(x, x, false, true).array()).toEqual([
    [14, 32],
    [32, 77],
  ])
})

test('a backend that is made again finds its file again', async () => {
  engine().reset()
  expect(await selectBackend(wasm)).toMatchObject({ name: 'wasm', device: device })
  expect(await matMul(tensor([[2]]), tensor([[3]])).array()).toEqual([[6]])
})

test('wasm runs in a Worker', async () => {
  const worker = new Worker(new URL('./testing/wasm-worker.ts', import.meta.url), { type: 'module' })
  const message = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = (event) => reject(new Error(event.message))
  }).finally(() => worker.terminate())
  expect(message).toMatchObject({ name: 'wasm', device: device })
})
