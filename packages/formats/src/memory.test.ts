// Reading a damaged file takes no more memory than reading anything does, four times the file besides, whatever the file claims.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { AutoencoderError } from '@ae/core'
import { memoryFloor, peakMemory } from '@ae/library/peak-memory'
import { expect, test } from 'vitest'
import { readHdf5 } from './keras/hdf5/read-hdf5.ts'
import { readKeras } from './keras/read-keras.ts'
import { readPyTorch } from './pytorch/read-pytorch.ts'
import { corrupted } from './testing/corrupted.ts'
import { kerasFile } from './testing/keras-fixtures.ts'

const fixture = (path: string) => new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures', path)))

/** Every tensor is decoded. */
async function pytorch(bytes: Uint8Array): Promise<void> {
  for (const tensor of (await readPyTorch(bytes)).tensors.values()) tensor.data
}

async function keras(bytes: Uint8Array): Promise<void> {
  for (const { tensors } of (await readKeras(bytes)).layers) for (const tensor of tensors.values()) tensor.data
}

async function hdf5(bytes: Uint8Array): Promise<void> {
  for (const { data } of readHdf5(bytes, { caller: 'readKeras', source: 'a file' }).arrays.values()) data.length
}

test.each([
  ['layouts.pt', pytorch, fixture('pytorch/layouts.pt')],
  ['layouts-legacy.pt', pytorch, fixture('pytorch/layouts-legacy.pt')],
  ['dense.keras', keras, kerasFile('dense.keras')],
  ['vae.h5', keras, kerasFile('vae.h5')],
  ['latest.h5, with chunks of gzip', hdf5, new Uint8Array(gunzipSync(fixture('hdf5/latest.h5.gz')))],
  ['earliest.h5, with chunks of gzip', hdf5, new Uint8Array(gunzipSync(fixture('hdf5/earliest.h5.gz')))],
])('%s, damaged in 500 ways', async (_, read, file) => {
  const peak = await peakMemory(async (collect) => {
    for (let seed = 0; seed < 500; seed++) {
      try {
        await read(corrupted(file, seed))
      } catch (error) {
        if (!AutoencoderError.isInstance(error)) throw error
      }
      if (seed % 50 === 0) collect()
    }
  })
  if (peak === undefined) return console.log('skipped: memory, because only Linux tells it, enable with: Linux')
  expect(peak).toBeLessThan(4 * file.length + memoryFloor)
})
