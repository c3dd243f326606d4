import { selectBackend } from '@ae/core'
import { einsum, matMul, ones, tidy } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { wasm, wasmBackend } from './index.ts'

test('kernels of models alone can be had, and the others later', async () => {
  await selectBackend(wasmBackend({ kernels: 'models' }))
  const product = () => tidy(() => einsum('ij,jk->ik', ones([2, 3]), ones([3, 1])).dataSync())
  expect(tidy(() => matMul(ones([2, 3]), ones([3, 1])).dataSync())).toEqual(new Float32Array([3, 3]))
  expect(product).toThrow('Einsum')

  await selectBackend(wasm)
  expect(product()).toEqual(new Float32Array([3, 3]))
})

test('other kernels than these two sets are refused', () => {
  const kernels = 'few' as 'all'
  expect(() => wasmBackend({ kernels })).toThrow('one of all, models')
})
