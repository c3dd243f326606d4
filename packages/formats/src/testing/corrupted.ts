// Damaged copies of a file: the same for the same seed.
import { uniforms } from '@ae/core'

/**
 * A damaged copy: one of a cut end, flipped bytes, a length of 2 or 4 bytes made large, a piece written over another.
 *
 * @param bytes borrowed
 * @param seed of the damage
 */
export function corrupted(bytes: Uint8Array, seed: number): Uint8Array {
  const draws = uniforms('corruption', { seed }, 12)
  const integer = (i: number, below: number) => Math.floor((draws[i] ?? 0) * below)
  const copy = bytes.slice()
  const at = integer(1, copy.length)
  const kind = integer(0, 4)
  if (kind === 0) return copy.subarray(0, at)
  if (kind === 1) {
    for (let i = 0; i <= integer(2, 4); i++) copy[integer(3 + i, copy.length)] = integer(8 + i, 256)
  } else if (kind === 2) {
    copy.fill(255, at, at + (integer(2, 2) === 0 ? 2 : 4))
  } else {
    copy.copyWithin(at, integer(2, copy.length), integer(2, copy.length) + 16)
  }
  return copy
}
