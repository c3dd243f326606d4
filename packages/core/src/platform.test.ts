import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { isNode, nodeModule } from './platform.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

test("nodeModule gives Node's built-in module", () => {
  expect(isNode).toBe(true)
  expect(nodeModule<typeof import('node:path')>('node:path')).toBe(path)
})

test('nodeModule gives undefined for a name that Node does not have', () => {
  expect(nodeModule('node:no-such-module')).toBeUndefined()
})

test.each([
  ['without a process', undefined],
  ["with a bundler's stand-in for process", { env: {} }],
])('nodeModule gives undefined %s', async (_title, stub) => {
  vi.stubGlobal('process', stub)
  vi.resetModules()
  const elsewhere = await import('./platform.ts')
  vi.unstubAllGlobals()
  expect(elsewhere.isNode).toBe(false)
  expect(elsewhere.nodeModule('node:path')).toBeUndefined()
})
