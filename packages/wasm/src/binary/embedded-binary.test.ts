import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { unpackBinary } from './binary.ts'

const require = createRequire(import.meta.url)
const original = readFileSync(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'))
const { version } = require('@tensorflow/tfjs-backend-wasm/package.json') as { version: string }
const target = fileURLToPath(new URL('embedded-binary.ts', import.meta.url))

// Not a snapshot of the text: versions of zlib pack the same bytes differently. Delete the file to have it written anew.
beforeAll(() => {
  if (existsSync(target)) return
  const text = `// tfjs-backend-wasm-simd.wasm of @tensorflow/tfjs-backend-wasm ${version}, unchanged: gzip in base64. Copyright Google LLC,
// under the Apache License 2.0. Written by embedded-binary.test.ts where this file is missing.
export const embeddedBinary =
  '${gzipSync(original, { level: 9 }).toString('base64')}'
`
  writeFileSync(target, text)
})

test('the embedded file is the one that the installed tfjs brings', async () => {
  expect(readFileSync(target, 'utf8')).toContain(`@tensorflow/tfjs-backend-wasm ${version},`)
  expect(Buffer.from(await unpackBinary()).equals(original)).toBe(true)
})
