import { expect, test } from 'vitest'
import { block, float, integer, join, toBytes } from './protobuf.ts'

// Expected bytes: the examples of https://protobuf.dev/programming-guides/encoding/, and 10-byte varints of negative numbers.
test.each([
  ['an integer of two bytes', integer(1, 150), '08 96 01'],
  ['a text', block(2, 'testing'), '12 07 74 65 73 74 69 6e 67'],
  ['a message in a message', block(3, integer(1, 150)), '1a 03 08 96 01'],
  ['a negative integer', integer(1, -2), '08 fe ff ff ff ff ff ff ff ff 01'],
  ['an integer beyond 32 bits', integer(1, 2 ** 40), '08 80 80 80 80 80 20'],
  ['a field number beyond 15', integer(20, 0), 'a0 01 00'],
  ['a float', float(2, -0.5), '15 00 00 00 bf'],
  ['no fields', join(), ''],
  ['empty bytes', block(1, new Uint8Array()), '0a 00'],
])('writes %s as Protocol Buffers do', (_, chunks, expected) => {
  const bytes = toBytes(chunks)
  expect(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')).toBe(expected)
  expect(chunks.size).toBe(bytes.length)
})
