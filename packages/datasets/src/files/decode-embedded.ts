// Images in the rows of a file, by the decoder of folders of pictures.

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
 * Decodes a PNG or a JPEG (in a page also what its browser decodes) in its own size; transparent pixels become black.
 *
 * @throws {Error} when it is damaged, or of another format
 */
export async function decodeEmbedded(bytes: Uint8Array): Promise<DecodedImage> {
  const { decodeOpaque } = await import('../images/decoding/decode-image.ts')
  return await decodeOpaque(bytes, 0, { maximumPixels: 2 ** 26 })
}
