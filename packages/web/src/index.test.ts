import { expect, test } from 'vitest'
import * as web from './index.ts'

test('the public names of @ae/web', () => {
  expect(Object.keys(web).sort()).toMatchInlineSnapshot(`
    [
      "wasm",
      "wasmBackend",
      "webgl",
      "webgpu",
      "webgpuBackend",
    ]
  `)
})
