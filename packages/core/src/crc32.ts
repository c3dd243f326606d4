// The cyclic redundancy check CRC-32 (polynomial 0xedb88320, bits reversed), as in PNG (W3C, Portable Network Graphics, annex D)
// and gzip. Node's zlib computes it where there is one; else eight bytes at a time (Kounavis and Berry, A systematic approach to
// building high performance, software-based, CRC generators, 2005).
import { nodeModule } from './platform.ts'

/**
 * The CRC-32 of some bytes. It finds every change of up to 32 bits in a row, and all but one in 2^32 of others; it does not
 * keep out who changes a file on purpose.
 *
 * @param bytes borrowed
 * @returns an integer from 0 to 2^32 - 1
 */
export function crc32(bytes: Uint8Array): number {
  const native = nodeModule<typeof import('node:zlib')>('node:zlib')?.crc32
  return native === undefined ? tabledCrc32(bytes) : native(bytes)
}

/** The same where there is no zlib, as in a page. */
export function tabledCrc32(bytes: Uint8Array): number {
  tables ??= makeTables()
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables
  const at = (table: Uint32Array, index: number) => table[index & 255] as number
  let remainder = -1
  let i = 0
  for (; i + 8 <= bytes.length; i += 8) {
    const low = remainder ^ word(bytes, i)
    const high = word(bytes, i + 4)
    remainder =
      at(t7, low) ^
      at(t6, low >>> 8) ^
      at(t5, low >>> 16) ^
      at(t4, low >>> 24) ^
      at(t3, high) ^
      at(t2, high >>> 8) ^
      at(t1, high >>> 16) ^
      at(t0, high >>> 24)
  }
  for (; i < bytes.length; i++) remainder = (remainder >>> 8) ^ at(t0, remainder ^ (bytes[i] as number))
  return ~remainder >>> 0
}

type Table = Uint32Array
type Eight = readonly [Table, Table, Table, Table, Table, Table, Table, Table]

let tables: Eight | undefined

/** The remainders of every byte, followed by none to seven bytes of zeros. */
function makeTables(): Eight {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
    return remainder
  })
  const all = [first]
  while (all.length < 8) {
    all.push((all.at(-1) ?? first).map((remainder) => (remainder >>> 8) ^ (first[remainder & 255] as number)))
  }
  return all as unknown as Eight
}

/** Four bytes, the lowest first. */
function word(bytes: Uint8Array, i: number): number {
  return (
    (bytes[i] as number) |
    ((bytes[i + 1] as number) << 8) |
    ((bytes[i + 2] as number) << 16) |
    ((bytes[i + 3] as number) << 24)
  )
}
