import { annotate } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import { conditionalVae, vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { exportOnnx } from './export-onnx.ts'

beforeAll(() => tf.setBackend('cpu'))

/** The fields of a message by number: integers, and bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const fields = new Map<number, (number | Uint8Array)[]>()
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const value = varint()
    const content = key % 8 === 0 ? value : bytes.subarray(at, at + value)
    if (key % 8 === 2) at += value
    fields.set(Math.floor(key / 8), [...(fields.get(Math.floor(key / 8)) ?? []), content])
  }
  return fields
}

const textOf = (field: number | Uint8Array | undefined) => new TextDecoder().decode(field as Uint8Array)

/** The texts of a file by name. */
function metadataOf(file: Uint8Array): Record<string, string> {
  const entries = (fieldsOf(file).get(14) ?? []).map((entry) => {
    const fields = fieldsOf(entry as Uint8Array)
    return [textOf(fields.get(1)?.[0]), textOf(fields.get(2)?.[0])]
  })
  return Object.fromEntries(entries)
}

test('a file states IR version 8 and opset 17 of the operators of ONNX, which onnxruntime 1.12 reads too', async () => {
  using model = vae({ inputShape: [6], hidden: [], latentSize: 2 })
  const fields = fieldsOf(await exportOnnx(model, { part: 'decoder' }))
  expect(fields.get(1)).toEqual([8])
  expect(textOf(fields.get(2)?.[0])).toBe('@ae/formats')
  expect([...fieldsOf(fields.get(8)?.[0] as Uint8Array)]).toEqual([[2, [17]]])
})

test('the metadata says what the file holds', async () => {
  const model = conditionalVae({ inputShape: [2, 3], hidden: [], latentSize: 2, classes: 4 })
  expect(metadataOf(await exportOnnx(model, { part: 'decoder' }))).toEqual({
    kind: 'conditionalVae',
    part: 'decoder',
    inputShape: '[2,3]',
    codeSize: '2',
    likelihood: '{"kind":"bernoulli"}',
    classes: '4',
  })
  annotate(model, { classNames: ['tree', 'größe'], transform: { scale: [1, 2] }, threshold: 0.5 })
  expect(metadataOf(await exportOnnx(model, { part: 'encoder' }))).toMatchObject({
    part: 'encoder',
    classNames: '["tree","größe"]',
    transform: '{"scale":[1,2]}',
    threshold: '0.5',
  })
  model.dispose()
})
