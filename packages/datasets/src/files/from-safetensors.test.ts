import { fileURLToPath } from 'node:url'
import { AutoencoderError, writeSafetensors } from '@ae/core'
import { describe, expect, test } from 'vitest'
import { outcomes } from '../testing/corruptions.ts'
import { errorText } from '../testing/error-text.ts'
import { fromSafetensors } from './from-safetensors.ts'

const path = fileURLToPath(new URL('../../../core/fixtures/python.safetensors', import.meta.url))
const names = { [path]: '<file>' }
const file = writeSafetensors({
  metadata: new Map(),
  tensors: new Map([
    ['x', { shape: [3, 2, 2], data: Uint8Array.from({ length: 12 }, (_, i) => i) }],
    ['y', { shape: [3, 1], data: Int32Array.of(2, 0, 1) }],
  ]),
})

test('fromSafetensors reads a tensor and labels by their names', async () => {
  const data = await fromSafetensors(file, { examples: 'x', labels: 'y', name: 'toy' })
  expect(data).toMatchObject({ name: 'toy', shape: [2, 2, 1], size: 3, labels: new Int32Array([2, 0, 1]) })
  expect(data.range).toEqual({ minimum: 0, maximum: Math.fround(11 / 255) })
})

test("fromSafetensors reads what Python's safetensors writes", async () => {
  expect(await fromSafetensors(path, { examples: 'fc1.weight' })).toMatchObject({
    name: 'python/fc1.weight',
    shape: [3],
    size: 2,
  })
  const longs = { examples: 'short', shape: [1], labels: 'integers', minimum: -32768, maximum: 32767 }
  expect(await fromSafetensors(path, longs)).toMatchObject({
    size: 3,
    labels: new Int32Array([-(2 ** 31), -1, 2 ** 31 - 1]),
  })
})

describe('fromSafetensors refuses', () => {
  test('a name that is not there, and no name', async () => {
    expect(await errorText(fromSafetensors(file, { examples: 'z' }))).toMatchInlineSnapshot()
    await expect(fromSafetensors(file)).rejects.toThrow('a file of several tensors')
  })
  test('infinite values, a single number and other files', async () => {
    expect(await errorText(fromSafetensors(path, { examples: 'half', shape: [1] }), names)).toContain(
      'Infinity at index 5',
    )
    expect(await errorText(fromSafetensors(path, { examples: 'scalar' }), names)).toContain('a single number')
    expect(await errorText(fromSafetensors(new Uint8Array(20)))).toMatchInlineSnapshot(`
      "WeightsError: \`fromSafetensors\` cannot read source: its header is not a JSON object.

      Received: ""
      Fix:      the file is damaged: copy or download it again"
    `)
  })
})

test('500 damaged copies of a safetensors file are refused or read, never anything else', async () => {
  const read = async (bytes: Uint8Array) => ({ length: (await fromSafetensors(bytes, { examples: 'x' })).size })
  const found = await outcomes(file, 500, read, AutoencoderError.isInstance.bind(AutoencoderError))
  expect(found.refused).toBeGreaterThan(250)
})
