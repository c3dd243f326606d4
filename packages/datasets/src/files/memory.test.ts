// Reading takes memory in proportion to the file, whatever the file claims: below four times its size, and a floor that reading anything
// takes. Small files may take that floor.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { AutoencoderError } from '@ae/core'
import { memoryFloor, peakMemory } from '@ae/library/peak-memory'
import { describe, expect, test } from 'vitest'
import { fromIdx } from '../from-idx.ts'
import { decodeBatch } from '../images/decoding/decode-batch.ts'
import { corruptions } from '../testing/corruptions.ts'
import { counting, encodeIdx } from '../testing/encode-idx.ts'
import { damagesOf, largeFiles } from '../testing/large-files.ts'
import { jpegs, pngs } from '../testing/pictures.ts'
import { fromNpy } from './from-npy.ts'
import { fromNpz } from './from-npz.ts'
import { fromParquet } from './from-parquet.ts'
import { fromSafetensors } from './from-safetensors.ts'

type Bytes = Uint8Array<ArrayBuffer>

const readers: Readonly<Record<string, (bytes: Bytes) => Promise<unknown>>> = {
  npy: (bytes) => fromNpy(bytes),
  npz: (bytes) => fromNpz(bytes),
  idx: (images) => fromIdx({ images }),
  safetensors: (bytes) => fromSafetensors(bytes, { examples: 'x' }),
  parquet: (bytes) => fromParquet(bytes),
  png: decoded,
  jpeg: decoded,
}

const skipped = 'skipped: memory, because only Linux tells it, enable with: Linux'

/** Above what it takes before; undefined where the system does not tell. The garbage of `atOnce` small files counts together. */
async function peakOf(
  files: Iterable<Bytes>,
  read: (bytes: Bytes) => Promise<unknown>,
  atOnce = 50,
): Promise<number | undefined> {
  return peakMemory(async (collect) => {
    let count = 0
    for (const bytes of files) {
      try {
        await read(bytes)
      } catch (error) {
        if (!AutoencoderError.isInstance(error)) throw error
      }
      if (bytes.length > 2 ** 20 || ++count % atOnce === 0) collect()
    }
  })
}

describe('a large file, also damaged, takes less than four times its size:', () => {
  test.each(Object.entries(largeFiles))('%s', async (format, make) => {
    const file = make()
    const peak = await peakOf(damagesOf(file), readers[format] as (bytes: Bytes) => Promise<unknown>)
    if (peak === undefined) return console.log(skipped)
    expect(peak).toBeLessThan(4 * file.length + memoryFloor)
  })
})

const fixture = (path: string): Bytes => new Uint8Array(readFileSync(join(import.meta.dirname, '../../fixtures', path)))
const small: [format: string, name: string, Bytes][] = [
  ['npy', 'fortran', fixture('numpy/fortran-big.npy')],
  ...['stored', 'deflated', 'medmnist'].map((name): [string, string, Bytes] => [
    'npz',
    name,
    fixture(`numpy/${name}.npz`),
  ]),
  ['idx', 'gzip', gzipSync(encodeIdx([9, 8, 8], counting(576)))],
  ...['gzip', 'zstd', 'brotli', 'images'].map((name): [string, string, Bytes] => [
    'parquet',
    name,
    fixture(`parquet/${name}.parquet`),
  ]),
  ...pngs.slice(0, 2).map(({ name, file }): [string, string, Bytes] => ['png', name, Uint8Array.from(file)]),
  ...jpegs.slice(0, 2).map(({ name, file }): [string, string, Bytes] => ['jpeg', name, Uint8Array.from(file)]),
]

describe('500 damaged copies of a small file take no more than the floor:', () => {
  test.each(small)('%s, %s', async (format, _, file) => {
    const atOnce = format === 'parquet' ? 1 : 50 // pages may claim 16 MiB
    const peak = await peakOf(corruptions(file, 500), readers[format] as (bytes: Bytes) => Promise<unknown>, atOnce)
    if (peak === undefined) return console.log(skipped)
    expect(peak).toBeLessThan(memoryFloor)
  })
})

/** A fault is a designed one: `fromImages` makes an error of it. */
function decoded(file: Bytes): Promise<unknown> {
  const settings = { fit: 'stretch', filter: 'bilinear', background: 255, maximumPixels: 2 ** 26 } as const
  return decodeBatch({ sources: [file], settings: { ...settings, height: 8, width: 8, channels: 1 } })
}
