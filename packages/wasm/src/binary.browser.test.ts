import { selectBackend } from '@ae/core'
import { expect, test, vi } from 'vitest'
import { wasmBackend } from './index.ts'

test('a page that does not serve the file that it names is told which one, and how to name another place', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // tfjs prints what went wrong, piece by piece
  const error: Error = await selectBackend(wasmBackend({ binary: '/nowhere/file.wasm' })).catch((reason) => reason)
  expect(error.message).toContain('/nowhere/file.wasm')
  expect(error.message).toContain("wasmBackend({ binary: '...' })")
})
