// PNG images as bytes, by fast-png.

/** A picture as its decoder gives it. */
export interface DecodedImage {
  readonly width: number
  readonly height: number
  /** 1 grey, 3 colour; or more. */
  readonly channels: number
  /** `[height, width, channels]`, 0 to 255. */
  readonly data: Uint8Array
}

/**
 * Decodes a PNG: grey or colour, 1 to 16 bits (of which the upper 8 are kept), without transparency.
 *
 * @throws {Error} when it is damaged or has another form
 */
export async function decodePng(bytes: Uint8Array): Promise<DecodedImage> {
  const { decode } = await import('fast-png')
  const { width, height, channels, depth, data, palette } = decode(bytes)
  const size = width * height
  if (palette) {
    const out = new Uint8Array(3 * size)
    const perByte = 8 / depth
    const rowBytes = Math.ceil(width / perByte)
    for (let i = 0; i < size; i++) {
      const x = i % width
      const byte = data[Math.floor(i / width) * rowBytes + Math.floor(x / perByte)] as number
      const index = (byte >> (8 - depth * ((x % perByte) + 1))) & (2 ** depth - 1)
      out.set((palette[index] ?? [0, 0, 0]).slice(0, 3), 3 * i)
    }
    return { width, height, channels: 3, data: out }
  }
  if (depth < 8) throw new Error(`it has ${depth} bits a value`)
  if (channels === 2 || channels === 4) throw new Error('it is transparent')
  const values = depth === 16 ? Uint8Array.from(data, (value) => value >> 8) : new Uint8Array(data)
  return { width, height, channels, data: values }
}
