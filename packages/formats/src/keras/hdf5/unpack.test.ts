import { deflateSync } from 'node:zlib'
import { memoryFloor, peakMemory } from '@ae/library/peak-memory'
import { describe, expect, test } from 'vitest'
import { filterIds, type Layout } from './dataset.ts'
import type { Hdf5Bytes } from './hdf5-bytes.ts'
import { unpack } from './unpack.ts'

/** One chunk of float32 with these packed bytes. */
function unpacked(stored: Uint8Array, count: number): Uint8Array {
  const file = { slice: () => stored, refuse: (reason: string) => new Error(reason) } as unknown as Hdf5Bytes
  const chunks = [{ at: 0, size: stored.length, skipped: 0, offset: [0] }]
  const filters = [{ id: filterIds.deflate }]
  return unpack(file, 'x', { kind: 'chunks', chunkShape: [count], chunks, filters } as unknown as Layout, [count], 4)
}

describe('a chunk of gzip', () => {
  test('gives its values, also packed as far as deflate can', () => {
    expect(unpacked(deflateSync(new Uint8Array(16)), 4)).toEqual(new Uint8Array(16))
    const zeros = new Uint8Array(2 ** 16)
    expect(unpacked(deflateSync(zeros, { level: 9 }), 2 ** 14)).toEqual(zeros)
  })

  test('that unpacks to more than its shape is refused before memory is taken for that', async () => {
    const bomb = deflateSync(new Uint8Array(2 ** 27))
    const peak = await peakMemory(async () => {
      expect(() => unpacked(bomb, 2 ** 16)).toThrow('a chunk of "x" is damaged')
    })
    if (peak !== undefined) expect(peak).toBeLessThan(memoryFloor)
  })

  test('whose shape has more values than it can hold is refused before memory is taken for them', () => {
    expect(() => unpacked(deflateSync(new Uint8Array(16)), 2 ** 40)).toThrow('a chunk of "x" is damaged')
  })
})
