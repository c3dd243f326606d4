// The cyclic redundancy check CRC-32C (polynomial 0x82f63b78, bits reversed; RFC 3720, appendix B.4), which the records of event
// files carry. That of PNG and gzip has another polynomial.

/**
 * The CRC-32C of some bytes.
 *
 * @param bytes borrowed
 * @returns an integer from 0 to 2^32 - 1
 */
export function crc32c(bytes: Uint8Array): number {
  table ??= makeTable()
  let remainder = -1
  for (let i = 0; i < bytes.length; i++) {
    remainder = (remainder >>> 8) ^ (table[(remainder ^ (bytes[i] as number)) & 255] as number)
  }
  return ~remainder >>> 0
}

let table: Int32Array | undefined

/** The remainder of every byte. */
function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0)
    return remainder
  })
}
