import { encode } from 'fast-png'
import { expect, test } from 'vitest'
import { readChunks, writeChunks } from './png-chunks.ts'

const file = encode({ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) })

test('readChunks finds the pieces of a file that another program wrote', () => {
  const chunks = readChunks(file)
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND'])
  expect([...(chunks[0]?.data ?? [])]).toEqual([0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0])
})

test('writeChunks writes that very file, checksums and all', () => {
  expect(writeChunks(readChunks(file))).toEqual(file)
})

test('readChunks reads a file that lies within a larger buffer', () => {
  const buffer = new Uint8Array(file.length + 7)
  buffer.set(file, 5)
  expect(readChunks(buffer.subarray(5, 5 + file.length))).toEqual(readChunks(file))
})
