// Writes IDX files for tests; independent of the reader.

/** An IDX file of uint8 values. */
export function encodeIdx(shape: readonly number[], values: Iterable<number>): Uint8Array<ArrayBuffer> {
  const header = [
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((n) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
  ]
  return Uint8Array.from([...header, ...values])
}

/** The numbers from 0, each modulo 256. */
export function counting(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => i % 256)
}
