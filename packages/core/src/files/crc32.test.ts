import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { crc32, tabledCrc32 } from './crc32.ts'

afterEach(() => vi.unstubAllGlobals())

const text = (characters: string) => new TextEncoder().encode(characters)

describe.each([
  ['crc32', crc32],
  ['crc32 without zlib', tabledCrc32],
])('%s', (_title, check) => {
  test('gives the check value of its catalogue: cbf43926 for the digits 1 to 9', () => {
    expect(check(text('123456789'))).toBe(0xcbf43926)
    expect(check(text(''))).toBe(0)
    expect(check(text('The quick brown fox jumps over the lazy dog'))).toBe(0x414fa339)
  })

  test('gives what gzip writes at its end, for any bytes at any offset in a buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(9), (bytes, start) => {
        const shown = bytes.subarray(Math.min(start, bytes.length))
        const packed = gzipSync(shown)
        expect(check(shown)).toBe(packed.readUInt32LE(packed.length - 8))
      }),
    )
  })
})

test('crc32 works outside Node', async () => {
  vi.stubGlobal('process', undefined)
  vi.resetModules()
  const page = await import('./crc32.ts')
  vi.unstubAllGlobals()
  expect(page.crc32(text('123456789'))).toBe(0xcbf43926)
})
