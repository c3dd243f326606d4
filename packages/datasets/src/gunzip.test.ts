import { gzipSync } from 'node:zlib'
import { DatasetError } from '@ae/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gunzip } from './gunzip.ts'
import { counting } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'

const origin = { caller: 'mnist', file: 'images.gz' }
const bytes = counting(5000)

test('gunzip unpacks gzip and gives other bytes back as they are', async () => {
  expect(await gunzip(gzipSync(bytes), origin)).toEqual(bytes)
  expect(await gunzip(bytes, origin)).toBe(bytes)
})

test('gunzip unpacks what comes in many pieces', async () => {
  const large = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7))
  expect(large.equals(await gunzip(gzipSync(large), origin))).toBe(true)
})

test('gunzip unpacks a part of a larger buffer', async () => {
  const packed = gzipSync(bytes)
  const larger = new Uint8Array([1, 2, ...packed, 3])
  expect(await gunzip(larger.subarray(2, 2 + packed.length), origin)).toEqual(bytes)
})

describe('gunzip refuses', () => {
  test('an archive that ends early', async () => {
    const packed = gzipSync(bytes)
    expect(await errorText(gunzip(packed.subarray(0, packed.length - 10), origin))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   images.gz
      Reason: <reason>
      Fix:    download or pack the file again"
    `)
  })
  test('an archive with a changed byte', async () => {
    const packed = gzipSync(bytes)
    packed[packed.length - 8] = (packed[packed.length - 8] as number) ^ 1
    expect(await errorText(gunzip(packed, origin))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   images.gz
      Reason: <reason>
      Fix:    download or pack the file again"
    `)
  })
  test('bytes after the archive', async () => {
    expect(await errorText(gunzip(new Uint8Array([...gzipSync(bytes), 1, 2, 3]), origin))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   images.gz
      Reason: <reason>
      Fix:    download or pack the file again"
    `)
  })
  test('an archive that unpacks to more than it should', async () => {
    expect(await gunzip(gzipSync(bytes), origin, bytes.length)).toEqual(bytes)
    expect(await errorText(gunzip(gzipSync(bytes), origin, bytes.length - 1))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   images.gz
      Reason: it unpacks to more than 4999 bytes
      Fix:    download or pack the file again"
    `)
  })
})

test('gunzip, whatever follows the magic bytes, unpacks or throws a DatasetError', async () => {
  const packed = gzipSync(counting(50))
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(255), fc.nat(), async (at, byte, cut) => {
      const changed = new Uint8Array(packed)
      changed[2 + (at % (packed.length - 2))] = byte
      const result = await gunzip(changed.subarray(0, 2 + (cut % packed.length)), origin).catch(
        (error: unknown) => error,
      )
      expect(result instanceof Uint8Array || DatasetError.isInstance(result)).toBe(true)
    }),
    { numRuns: 200 },
  )
})
