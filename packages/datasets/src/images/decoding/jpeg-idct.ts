// The inverse cosine transform in whole numbers, as libjpeg's `jidctint.c` computes it (Loeffler, Ligtenberg and Moschytz 1989),
// so that every pixel is the one that Pillow decodes.

const [f0298, f0390, f0541, f0765, f0899, f1175] = [2446, 3196, 4433, 6270, 7373, 9633]
const [f1501, f1847, f1961, f2053, f2562, f3072] = [12_299, 15_137, 16_069, 16_819, 20_995, 25_172]
const constantBits = 13
const firstPassBits = 2
const between = new Int32Array(64)

/**
 * @param coefficients of blocks; one begins at `at`
 * @param table the divisors of the coefficients
 * @param plane receives 8 rows of 8 bytes from `to` on, `stride` bytes from row to row
 */
export function inverseTransform(
  coefficients: Int16Array,
  at: number,
  table: Uint16Array,
  plane: Uint8Array,
  to: number,
  stride: number,
): void {
  for (let column = 0; column < 8; column++) {
    const value = (row: number) => (coefficients[at + 8 * row + column] as number) * (table[8 * row + column] as number)
    transform(value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7))
    for (let row = 0; row < 8; row++) {
      between[8 * row + column] = rounded(out[row] as number, constantBits - firstPassBits)
    }
  }
  for (let row = 0; row < 8; row++) {
    const value = (column: number) => between[8 * row + column] as number
    transform(value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7))
    const start = to + row * stride
    for (let column = 0; column < 8; column++) {
      const level = rounded(out[column] as number, constantBits + firstPassBits + 3) + 128
      plane[start + column] = Math.max(0, Math.min(255, level))
    }
  }
}

const out = new Int32Array(8)

/** Eight values of one row or column, times 2 ** 13, into `out`. */
function transform(
  i0: number,
  i1: number,
  i2: number,
  i3: number,
  i4: number,
  i5: number,
  i6: number,
  i7: number,
): void {
  const even = (i2 + i6) * f0541
  const even2 = even - i6 * f1847
  const even3 = even + i2 * f0765
  const even0 = (i0 + i4) << constantBits
  const even1 = (i0 - i4) << constantBits
  const odd5 = (i7 + i3 + i5 + i1) * f1175
  const z1 = (i7 + i1) * -f0899
  const z2 = (i5 + i3) * -f2562
  const z3 = (i7 + i3) * -f1961 + odd5
  const z4 = (i5 + i1) * -f0390 + odd5
  const odd0 = i7 * f0298 + z1 + z3
  const odd1 = i5 * f2053 + z2 + z4
  const odd2 = i3 * f3072 + z2 + z3
  const odd3 = i1 * f1501 + z1 + z4
  out[0] = even0 + even3 + odd3
  out[7] = even0 + even3 - odd3
  out[1] = even1 + even2 + odd2
  out[6] = even1 + even2 - odd2
  out[2] = even1 - even2 + odd1
  out[5] = even1 - even2 - odd1
  out[3] = even0 - even3 + odd0
  out[4] = even0 - even3 - odd0
}

function rounded(value: number, bits: number): number {
  return (value + (1 << (bits - 1))) >> bits
}
