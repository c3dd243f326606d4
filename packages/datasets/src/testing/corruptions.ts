// Damaged copies of a file, the same ones every time: cut, with bytes changed, with lengths grown, with bytes added.
import { uniforms } from '@ae/core'

/** @param count how many; the kinds of damage take turns */
export function* corruptions(file: Uint8Array, count: number): Generator<Uint8Array<ArrayBuffer>> {
  for (let step = 0; step < count; step++) {
    const random = uniforms('corruptions', { seed: 1, step }, 8)
    const upTo = (i: number, limit: number) => Math.floor((random[i] as number) * limit)
    const bytes = Uint8Array.from(file)
    const at = upTo(0, bytes.length)
    if (step % 4 === 0) yield bytes.slice(0, at)
    else if (step % 4 === 1) {
      for (let i = 0; i <= upTo(1, 3); i++) bytes[upTo(2 + i, bytes.length)] = upTo(6 - i, 256)
      yield bytes
    } else if (step % 4 === 2) {
      const grown = [255, 127, 16, 0][upTo(2, 4)] as number
      bytes.fill(grown, at, at + 2 ** upTo(1, 4))
      yield bytes
    } else {
      const more = Uint8Array.from({ length: 1 + upTo(1, 40) }, (_, i) => (upTo(2, 256) * (i + 1)) & 255)
      yield Uint8Array.from([...bytes.subarray(0, at), ...more, ...bytes.subarray(at)])
    }
  }
}

/**
 * How many of the damaged copies are refused by a designed error, and how many read; anything else that is thrown fails.
 *
 * @param read reads a file and gives its values
 */
export async function outcomes(
  file: Uint8Array,
  count: number,
  read: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayLike<number>>,
  isDesigned: (error: unknown) => boolean,
): Promise<{ refused: number; read: number }> {
  const found = { refused: 0, read: 0 }
  for (const bytes of corruptions(file, count)) {
    try {
      const { length } = await read(bytes)
      if (length > 100 * bytes.length) throw new Error(`${length} values of ${bytes.length} bytes`)
      found.read++
    } catch (error) {
      if (!isDesigned(error)) throw error
      found.refused++
    }
  }
  return found
}
