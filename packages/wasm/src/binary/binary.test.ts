import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { engine } from '@tensorflow/tfjs-core'
import { expect, onTestFinished, test } from 'vitest'
import { wasmBackend } from '../index.ts'

const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm')

test('a file that is not there is an error that names it', async () => {
  await expect(wasmBackend({ binary: 'nowhere/file.wasm' }).activate()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [BackendUnavailableError: \`wasm\` could not start the wasm backend of TensorFlow.js.

    Binary: nowhere/file.wasm
    Reason: ENOENT: no such file or directory, open 'nowhere/file.wasm'
    Fix:    put tfjs-backend-wasm-simd.wasm of @tensorflow/tfjs-backend-wasm there, or name its place: wasmBackend({ binary: '...' })]
  `)
})

test('a file of something else is an error that says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ae-binary-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'page.wasm'), '<!doctype html>')
  const error: Error = await wasmBackend({ binary: join(folder, 'page.wasm') })
    .activate()
    .catch((reason) => reason)
  expect(error.message).toContain('Reason: it is not a WebAssembly file')
})

test('after an error another file can be tried at once: by its path, and by its URL', async () => {
  expect(await wasmBackend({ binary: file }).activate()).toMatchObject({ name: 'wasm' })
  engine().reset()
  expect(await wasmBackend({ binary: pathToFileURL(file) }).activate()).toMatchObject({ name: 'wasm' })
})
