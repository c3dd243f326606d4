import { expect, test, vi } from 'vitest'
import { wasmBackend } from './index.ts'

test('a file that is not there is an error that names it; tfjs does not load another one afterwards', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // tfjs prints what went wrong, piece by piece
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await expect(wasmBackend({ binary: 'nowhere/file.wasm' }).activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`wasm\` could not start the wasm backend of TensorFlow.js.

    Binary: nowhere/file.wasm
    Fix:    put tfjs-backend-wasm-simd.wasm of @tensorflow/tfjs-backend-wasm there, or name its place: wasmBackend({ binary: '...' }); then start again, for TensorFlow.js loads it once]
  `)
  await expect(wasmBackend({ binary: 'else/file.wasm' }).activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`wasm\` could not start the wasm backend of TensorFlow.js.

    Binary: else/file.wasm
    Reason: The WASM backend was already initialized. Make sure you call \`setWasmPaths()\` before you call \`tf.setBackend()\` or \`tf.ready()\`
    Fix:    put tfjs-backend-wasm-simd.wasm of @tensorflow/tfjs-backend-wasm there, or name its place: wasmBackend({ binary: '...' }); then start again, for TensorFlow.js loads it once]
  `)
})
