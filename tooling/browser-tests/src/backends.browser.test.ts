import { selectBackend } from '@ae/core'
import { wasm } from '@ae/wasm'
import { webgl } from '@ae/web'
import { getBackend } from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => vi.restoreAllMocks())

test('a page without WebGL falls back to wasm, and says why', async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null)
  expect(await selectBackend(webgl, wasm)).toMatchObject({
    name: 'wasm',
    device: 'WebAssembly SIMD, 1 thread',
    refused: [{ name: 'webgl', reason: expect.any(String), fix: expect.any(String) }],
  })
  expect(getBackend()).toBe('wasm')
})

test('a page with WebGL takes it', async () => {
  expect(await selectBackend(webgl, wasm)).toMatchObject({ name: 'webgl', device: expect.stringMatching(/^WebGL2 /) })
  expect(getBackend()).toBe('webgl')
})
