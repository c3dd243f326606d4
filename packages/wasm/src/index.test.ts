import { expect, test } from 'vitest'
import * as wasm from './index.ts'

test('the package exports these and no others', () => {
  expect(Object.keys(wasm).sort()).toEqual(['wasm', 'wasmBackend'])
})
