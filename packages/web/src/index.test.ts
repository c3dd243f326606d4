import { expect, test } from 'vitest'
import * as web from './index.ts'

test('the public names of @ae/web', () => {
  expect(Object.keys(web).sort()).toMatchInlineSnapshot(`
    [
      "download",
      "indexedDb",
      "indexedDbFolder",
      "opfs",
      "opfsFolder",
      "serveTraining",
      "trainInWorker",
      "wasm",
      "wasmBackend",
      "webgl",
      "webglBackend",
      "webgpu",
      "webgpuBackend",
    ]
  `)
})
