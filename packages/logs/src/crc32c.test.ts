import { expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'

// RFC 3720, appendix B.4, and the usual check value.
test.each([
  ['"123456789"', new TextEncoder().encode('123456789'), 0xe3069283],
  ['no bytes', new Uint8Array(0), 0],
  ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['32 rising bytes', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['32 falling bytes', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
])('crc32c of %s is that of its specification', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected)
})
