import { selectBackend } from '@ae/core'
import { expect, test, vi } from 'vitest'
import { wasmBackend } from '../index.ts'

test('a page that does not serve the file that it names is told which one, and how to name another place', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // tfjs prints what went wrong, piece by piece
  const error: Error = await selectBackend(wasmBackend({ binary: '/nowhere/file.wasm' })).catch((reason) => reason)
  expect(error.message).toContain('/nowhere/file.wasm')
  expect(error.message).toContain("wasmBackend({ binary: '...' })")
})

test('a worker that was started from a blob finds the file by an address without an origin', async () => {
  const binary = new URL(
    '../../node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    import.meta.url,
  )
  const module = new URL('../index.ts', import.meta.url).href
  const core = new URL('../../../core/src/index.ts', import.meta.url).href
  const program = `
    globalThis.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() } // what Vitest puts around import()
    const [{ selectBackend, http }, { wasmBackend }] = await Promise.all([import('${core}'), import('${module}')])
    const { name } = await selectBackend(wasmBackend({ binary: '${binary.pathname}' }))
    const { length } = await http('${binary.pathname}').read()
    postMessage({ name, length, address: location.protocol })
  `
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Worker(url, { type: 'module' })
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.onmessageerror = reject
  })
  worker.terminate()
  URL.revokeObjectURL(url)
  expect(answer).toEqual({ name: 'wasm', length: expect.any(Number), address: 'blob:' })
})
