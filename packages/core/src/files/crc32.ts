// The cyclic redundancy check CRC-32 (polynomial 0xedb88320, bits reversed), as in PNG (W3C, Portable Network Graphics, annex D)
// and gzip. Node's zlib computes it if it is there; otherwise eight bytes at a time (Kounavis and Berry, A systematic approach to
// building high performance, software-based, CRC generators, 2005).
import { nodeModule } from '../platform.ts'

/**
 * The CRC-32 of some bytes. It detects every change of up to 32 bits in a row, and all but one in 2^32 of others; it does not
 * protect against deliberate changes.
 *
 * @param bytes borrowed
 * @returns an integer from 0 to 2^32 - 1
 */
export function crc32(bytes: Uint8Array): number {
  const native = nodeModule<typeof import('node:zlib')>('node:zlib')?.crc32
  return native === undefined ? tabledCrc32(bytes) : native(bytes)
}

/** The same without zlib, as in a page. */
export function tabledCrc32(bytes: Uint8Array): number {
  tables ??= makeTables()
  const all = tables
  // The remainder of a byte followed by `zeros` zero bytes.
  const at = (zeros: number, byte: number) => all[256 * zeros + (byte & 255)] as number
  const byteAt = (i: number) => bytes[i] as number
  let remainder = -1
  let i = 0
  for (; i + 8 <= bytes.length; i += 8) {
    remainder =
      at(7, remainder ^ byteAt(i)) ^
      at(6, (remainder >>> 8) ^ byteAt(i + 1)) ^
      at(5, (remainder >>> 16) ^ byteAt(i + 2)) ^
      at(4, (remainder >>> 24) ^ byteAt(i + 3)) ^
      at(3, byteAt(i + 4)) ^
      at(2, byteAt(i + 5)) ^
      at(1, byteAt(i + 6)) ^
      at(0, byteAt(i + 7))
  }
  for (; i < bytes.length; i++) remainder = (remainder >>> 8) ^ at(0, remainder ^ byteAt(i))
  return ~remainder >>> 0
}

let tables: Int32Array | undefined

/** The remainder of every byte, followed by 0 to 7 zero bytes. */
function makeTables(): Int32Array {
  const all = new Int32Array(8 * 256)
  for (let i = 0; i < all.length; i++) {
    if (i < 256) {
      let remainder = i
      for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
      all[i] = remainder
    } else {
      const before = all[i - 256] as number
      all[i] = (before >>> 8) ^ (all[before & 255] as number)
    }
  }
  return all
}
