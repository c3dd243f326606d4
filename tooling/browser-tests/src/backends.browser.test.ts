import { selectBackend } from '@ae/core'
import { wasm } from '@ae/wasm'
import { webgl, webglBackend, webgpu } from '@ae/web'
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

test('a page without a GPU selects wasm, and says why it takes neither webgpu nor webgl', async () => {
  const { name, refused } = await selectBackend(webgpu, webgl, wasm)
  expect({ name, refused }).toEqual({
    name: 'wasm',
    refused: [
      {
        name: 'webgpu',
        reason: 'the only adapter, google swiftshader (software), computes on the CPU, where wasm is faster',
        fix: 'use wasm from @ae/web',
      },
      {
        name: 'webgl',
        reason: expect.stringMatching(
          /^the only renderer, WebGL2 in software, ANGLE .*SwiftShader.*, computes on the CPU, where wasm is faster$/,
        ),
        fix: 'use wasm from @ae/web',
      },
    ],
  })
  expect(getBackend()).toBe('wasm')
})

test('a page accepts software WebGL if told to', async () => {
  const software = webglBackend({ softwareAdapter: 'accept' })
  expect(await selectBackend(software, wasm)).toMatchObject({
    name: 'webgl',
    device: expect.stringMatching(/^WebGL2 /),
  })
  expect(getBackend()).toBe('webgl')
})
