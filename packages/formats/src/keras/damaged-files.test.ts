// Whatever the bytes are: a designed error, or values of the shapes that the file states; no endless loop, and memory that fits the file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { AutoencoderError, sizeOfShape } from '@ae/core'
import { describe, expect, test } from 'vitest'
import { corrupted } from '../testing/corrupted.ts'
import { kerasFile } from '../testing/keras-fixtures.ts'
import { readHdf5 } from './hdf5/read-hdf5.ts'
import type { KerasLayer } from './keras-model.ts'
import { readKeras } from './read-keras.ts'

describe.each(['dense.keras', 'vae.h5', 'dense.weights.h5', 'bfloat16.weights.h5'])(
  '%s, damaged in 500 ways',
  (name) => {
    test('is refused, or read as far as it is whole', async () => {
      const file = kerasFile(name)
      const answers = { refused: 0, read: 0 }
      for (let seed = 0; seed < 500; seed++) {
        const bytes = corrupted(file, seed)
        await answer(seed, answers, async () => lengthsOf(await readKeras(bytes)))
      }
      expect(answers.refused).toBeGreaterThan(50)
      expect(answers.read).toBeGreaterThan(10)
    })
  },
)

describe.each(['earliest', 'latest'])('a file of h5py of the form %s, its first 6 kB damaged in 500 ways', (name) => {
  const file = new Uint8Array(gunzipSync(readFileSync(join(import.meta.dirname, `../../fixtures/hdf5/${name}.h5.gz`))))

  test('is refused, or read as far as it is whole', async () => {
    const answers = { refused: 0, read: 0 }
    for (let seed = 0; seed < 500; seed++) {
      const bytes = file.slice()
      bytes.set(corrupted(file.subarray(0, 6000), seed))
      await answer(seed, answers, () => {
        const { arrays } = readHdf5(bytes, { caller: 'readKeras', source: name })
        for (const { shape, data } of arrays.values()) expect(data.length).toBe(sizeOfShape(shape))
      })
    }
    expect(answers.refused).toBeGreaterThan(50)
    expect(answers.read).toBeGreaterThan(10)
  })
})

async function answer(seed: number, answers: Record<'refused' | 'read', number>, read: () => unknown): Promise<void> {
  try {
    await read()
    answers.read++
  } catch (error) {
    if (!AutoencoderError.isInstance(error)) throw new Error(`seed ${seed}`, { cause: error })
    expect(error.message.length).toBeLessThan(3000)
    answers.refused++
  }
}

function lengthsOf({ tensors, layers }: KerasLayer): void {
  for (const { shape, data } of tensors.values()) expect(data.length).toBe(sizeOfShape(shape))
  for (const layer of layers) lengthsOf(layer)
}
