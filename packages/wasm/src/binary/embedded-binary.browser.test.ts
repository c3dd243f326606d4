import { expect, test, vi } from 'vitest'
import { wasm } from '../index.ts'
import { defaultThreads } from '../threads/cores.ts'

const device = `WebAssembly SIMD, ${defaultThreads()} threads`

test('a browser that cannot unpack the file is told what else to do; nothing has been started', async () => {
  vi.stubGlobal('DecompressionStream', undefined)
  await expect(wasm.activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`wasm\` could not start the wasm backend of TensorFlow.js.

    Binary: the copy in @ae/wasm
    Reason: DecompressionStream is not a constructor
    Fix:    load the page again, or serve tfjs-backend-wasm-simd.wasm yourself and name its place: wasmBackend({ binary: '...' })]
  `)
  vi.unstubAllGlobals()
  expect(await wasm.activate()).toEqual({ name: 'wasm', device: device })
})
