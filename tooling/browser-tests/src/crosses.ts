// Training images: white crosses on black, each in its own place. They are the same everywhere, and as large as digits.

const side = 28

/** `count` images of 28 x 28 bytes, one after the other. */
export function crosses(count: number): Uint8Array {
  const bytes = new Uint8Array(count * side * side)
  for (let image = 0; image < count; image++) {
    const column = 4 + ((image * 7) % 20)
    const row = 4 + ((image * 11 + 3) % 20)
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const distance = Math.min(Math.abs(x - column), Math.abs(y - row))
        bytes[(image * side + y) * side + x] = [255, 128][distance] ?? 0
      }
    }
  }
  return bytes
}
