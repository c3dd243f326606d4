// Compares what is exported with the record of the files that onnx's own checker has passed: see reference/onnx_check.py.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import record from '../../fixtures/onnx-checked.json'
import { version } from '../../package.json'
import { onnxCases } from '../testing/onnx-cases.ts'
import { exportOnnx } from './export-onnx.ts'

beforeAll(() => tf.setBackend('cpu'))

/** Where to write the files for the checker. Defaults to nowhere. */
const { AE_ONNX_FOLDER: folder } = process.env

const parts = ['encoder', 'decoder', 'autoencoder'] as const

test('onnx.checker has passed every file as it is exported now', async () => {
  const checksums: Record<string, string> = {}
  for (const [i, { name: caseName, create }] of onnxCases.entries()) {
    const model = create()
    const hash = createHash('sha256')
    for (const part of parts) {
      const files = { [part]: await exportOnnx(model, { part }) }
      if ('posterior' in model && part !== 'decoder')
        files[`${part}-sample`] = await exportOnnx(model, { part, code: 'sample' })
      for (const [name, bytes] of Object.entries(files)) {
        hash.update(withoutVersion(bytes))
        if (folder !== undefined) await writeFile(join(folder, `${i}-${name}.onnx`), bytes)
      }
    }
    checksums[caseName] = hash.digest('hex').slice(0, 16)
    model.dispose()
  }
  if (folder !== undefined) await writeFile(join(folder, 'checksums.json'), JSON.stringify(checksums))
  expect(record.checked).toEqual(checksums)
})

/** Without the version of this package, which every release changes. */
function withoutVersion(bytes: Uint8Array): Uint8Array {
  const before = 2 + 2 + '@ae/formats'.length + 2
  expect(new TextDecoder().decode(bytes.subarray(before, before + version.length))).toBe(version)
  return bytes.subarray(before + version.length)
}
