// Files whose texts attack the terminal of whoever reads the message: they stay text, and short.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { AutoencoderError } from '../errors.ts'
import { memory, type Store } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { train } from '../training/train.ts'
import { encodeModelFile } from './model-file.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
import { load } from './save.ts'

const hostile = `\u001b]0;title\u0007\u009b31m\r\nFix: run this\u2028\u202e${'x'.repeat(2e6)}`
const tiny = { kind: 'tiny', fromConfig: tinyModel }

beforeAll(async () => {
  await tf.setBackend('cpu')
})

type Contents = { metadata: Map<string, string>; tensors: Map<string, StoredTensor> }

test.each<[string, (contents: Contents) => unknown]>([
  ['the kind', ({ metadata }) => metadata.set('kind', hostile)],
  ['the format', ({ metadata }) => metadata.set('format', hostile)],
  ['the version', ({ metadata }) => metadata.set('formatVersion', '7').set('library', hostile)],
  ['the options', ({ metadata }) => metadata.set('config', hostile)],
  ['the checksum', ({ metadata }) => metadata.set('checksum', hostile)],
  [
    'the name of a tensor',
    ({ metadata, tensors }) => {
      metadata.set('library', hostile)
      tensors.set(hostile, { shape: [1], data: new Float32Array(1) })
    },
  ],
])('as %s of a model', async (_title, change) => {
  const contents = await savedModel()
  change(contents)
  await expectPlain(load(memory(writeSafetensors(contents)), tiny))
})

test.each<[string, string]>([
  ['as a checkpoint', hostile],
  ['in a checkpoint', JSON.stringify({ step: 1, epoch: 1, seed: 0, batchSize: 128, optimizer: hostile })],
  [
    'as a number of a checkpoint',
    JSON.stringify({ step: 1, epoch: 1, seed: hostile, batchSize: 128, optimizer: 'adam' }),
  ],
  [
    'as what cannot be told',
    '{"step":1,"epoch":1,"seed":{"toString":1,"valueOf":1},"batchSize":128,"optimizer":"adam"}',
  ],
])('%s that is resumed', async (_title, checkpoint) => {
  const contents = await savedModel()
  contents.metadata.set('checkpoint', checkpoint)
  const model = tinyModel()
  await expectPlain(train(model, tinyData(), { resume: memory(writeSafetensors(contents)) }).next())
  model.dispose()
})

test.each([
  ['in a header that is not JSON', `{"up":${hostile}`],
  ['as an entry', JSON.stringify({ [hostile]: 7 })],
  ['as a type', JSON.stringify({ up: { dtype: hostile, shape: [1], data_offsets: [0, 1] } })],
  ['as a length', JSON.stringify({ up: { dtype: 'U8', shape: [hostile], data_offsets: [0, 1] } })],
])('%s', async (_title, header) => {
  const json = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + json.length + 1)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  await expectPlain((async () => readSafetensors(bytes).tensors.get('up')?.data)())
})

test('as the beginning of a file of a different kind, and as the name of a store', async () => {
  await expectPlain(load(memory(new TextEncoder().encode(hostile)), tiny))
  const store: Store = { ...memory(new Uint8Array(9)), name: hostile }
  await expectPlain(load(store, tiny))
})

async function savedModel(): Promise<Contents> {
  const model = tinyModel()
  const { metadata, tensors } = readSafetensors(await encodeModelFile(model))
  model.dispose()
  const contents = { metadata: new Map(metadata), tensors: new Map(tensors) }
  contents.metadata.delete('checksum')
  return contents
}

/** The promise is rejected with a designed error; it and its causes can be printed whole. */
async function expectPlain(failing: Promise<unknown>): Promise<void> {
  let error = await failing.then(
    () => new Error('nothing was thrown'),
    (error: Error) => error,
  )
  expect(AutoencoderError.isInstance(error), String(error)).toBe(true)
  for (; error; error = error.cause as Error) {
    expect(error.message).not.toMatch(unprintable)
    expect(error.message.match(/^Fix:/gm)?.length ?? 0).toBeLessThanOrEqual(1)
    expect(error.message.length).toBeLessThan(10_000)
  }
}

const unprintable = /[^\P{Cc}\n]|[\u2028\u202e]/u
