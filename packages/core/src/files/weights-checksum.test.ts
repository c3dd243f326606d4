// Damage to files: every flipped bit and every cut is refused, or has changed nothing that is loaded.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { WeightsError } from '../errors.ts'
import { uniforms } from '../random/random.ts'
import { memory } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { train } from '../training/train.ts'
import { decodeModelFile, encodeModelFile, type ModelFile } from './model-file.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

const files: Record<string, Uint8Array> = {}

beforeAll(async () => {
  await tf.setBackend('cpu')
  const model = tinyModel()
  const checkpoint = memory()
  for await (const _ of train(model, tinyData(), { epochs: 1, checkpoint })) void _
  files['a model'] = await encodeModelFile(model)
  files['a checkpoint'] = await checkpoint.read()
  model.dispose()
})

describe.each(['a model', 'a checkpoint'])('of the file of %s', (title) => {
  test('no flipped bit changes unseen what is loaded', () => {
    const file = files[title] as Uint8Array
    let refused = 0
    for (const draw of uniforms('flips', { seed: 12 }, 500)) {
      const bit = Math.floor(draw * file.length * 8)
      const damaged = new Uint8Array(file)
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
      const read = readOrRefuse(damaged)
      if (read === undefined) refused++
      // Neither a weight nor a text of ours: the name of the checksum itself, or white space.
      else expect(contentsOf(read), `bit ${bit}`).toEqual(contentsOf(decodeModelFile(file)))
    }
    expect(refused).toBeGreaterThan(450)
  })

  test('no cut is overlooked', () => {
    const file = files[title] as Uint8Array
    for (const draw of uniforms('cuts', { seed: 12 }, 500)) {
      expect(readOrRefuse(file.subarray(0, Math.floor(draw * file.length)))).toBeUndefined()
    }
  })

  test('the checksum holds when another program writes the same in a different order', () => {
    const { metadata, tensors } = readSafetensors(files[title] as Uint8Array)
    const rewritten = writeSafetensors({
      metadata: new Map([...metadata].reverse()),
      tensors: new Map([...tensors].reverse()),
    })
    expect(rewritten).not.toEqual(files[title])
    expect(contentsOf(decodeModelFile(rewritten))).toEqual(contentsOf(decodeModelFile(files[title] as Uint8Array)))
  })

  test.each<[string, Change]>([
    ['a weight that changed', (tensors) => tensors.set('up', { shape: [2, 4], data: new Float32Array(8) })],
    ['a weight that is gone', (tensors) => tensors.delete('up')],
    [
      'a weight of a different shape',
      (tensors) => tensors.set('up', { ...(tensors.get('up') as StoredTensor), shape: [8] }),
    ],
  ])('%s is refused; without a checksum it is accepted', (_title, change) => {
    const { metadata, tensors } = readSafetensors(files[title] as Uint8Array)
    const texts = new Map(metadata)
    const changed = new Map(tensors)
    change(changed)
    expect(() => decodeModelFile(writeSafetensors({ metadata: texts, tensors: changed }))).toThrow(
      'its contents do not match its checksum',
    )
    texts.delete('checksum')
    expect(decodeModelFile(writeSafetensors({ metadata: texts, tensors: changed })).kind).toBe('tiny')
  })
})

test('a file that does not match its checksum is refused with both checksums', () => {
  const { metadata, tensors } = readSafetensors(files['a model'] as Uint8Array)
  const file = writeSafetensors({
    metadata: new Map(metadata).set('config', '{}').set('checksum', 'crc32:00000000'),
    tensors,
  })
  expect(() =>
    decodeModelFile(file, { caller: 'load', source: 'vae.safetensors' }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [WeightsError: \`load\` cannot read vae.safetensors: its contents do not match its checksum.

    Expected: crc32:00000000, the checksum in the file
    Received: crc32:010bff8e
    Fix:      the file is damaged: copy or download it again; a program that changes it must leave \`checksum\` out of the metadata]
  `)
})

type Change = (tensors: Map<string, StoredTensor>) => unknown

function readOrRefuse(bytes: Uint8Array): ModelFile | undefined {
  try {
    return decodeModelFile(bytes)
  } catch (error) {
    if (WeightsError.isInstance(error)) return undefined
    throw error
  }
}

/** Everything but the checksum, in the order of the names. */
function contentsOf({ metadata, tensors }: ModelFile) {
  const { kind, config, checkpoint, likelihood } = metadata
  const values = [...tensors].map(([name, { shape, data }]) => [
    name,
    [...shape],
    [...new Uint32Array(data.slice().buffer)],
  ])
  return { kind, config, checkpoint, likelihood, values: values.sort() }
}
