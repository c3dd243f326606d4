// What decoding takes from the platform: unpacking, the content of files, and the formats that a browser can show.
import { isNode, nodeModule } from '@ae/core/internal'
import { assertAllowed, type DecodingLimits, type Picture, PictureFault } from './picture.ts'
import type { Inflate } from './png.ts'

const zlib = nodeModule<typeof import('node:zlib')>('node:zlib')
const fs = nodeModule<typeof import('node:fs')>('node:fs')

/** Unpacks zlib's format, at most `length` bytes of it. */
export const inflate: Inflate = zlib === undefined ? inflateInPage : inflateInNode

function inflateInNode(packed: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = packed.length === 1 ? (packed[0] as Uint8Array) : Buffer.concat(packed)
  const chunkSize = Math.min(Math.max(length, 64), 2 ** 20)
  return (zlib as typeof import('node:zlib')).inflateSync(bytes, { maxOutputLength: length, chunkSize })
}

async function inflateInPage(packed: readonly Uint8Array[], length: number): Promise<Uint8Array> {
  const blob = new Blob(packed as Uint8Array<ArrayBuffer>[])
  const reader = blob.stream().pipeThrough(new DecompressionStream('deflate')).getReader()
  const out = new Uint8Array(length)
  let end = 0
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      out.set(piece.value, end) // throws where it is longer
      end += piece.value.length
    }
  } catch (error) {
    reader.cancel().catch(() => {}) // it has failed already, or the rest is not needed
    throw error
  }
  return out.subarray(0, end)
}

/** A file: its path, its bytes, or an object that a page has of it. */
export type Source = string | Uint8Array | Blob

/** @throws {PictureFault} when it cannot be read */
export async function bytesOf(source: Source): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source
  try {
    if (typeof source !== 'string') return new Uint8Array(await source.arrayBuffer())
    if (fs !== undefined) return fs.readFileSync(source)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PictureFault(`it cannot be read (${reason})`, 'check that it exists and that this program may read it')
  }
  throw new PictureFault('there are no paths outside Node', 'pass a URL, a File, or the bytes')
}

/**
 * Decodes what this library does not, where the platform can: in a page.
 *
 * @param format its name, for messages
 * @returns red, green, blue and opacity
 */
export async function decodeByPlatform(data: Uint8Array, format: string, limits: DecodingLimits): Promise<Picture> {
  if (isNode || typeof OffscreenCanvas === 'undefined') {
    throw new PictureFault(
      `it is ${format}, which only browsers decode`,
      'convert it to PNG, e.g. with ImageMagick (`magick a.webp a.png`) or Pillow (`Image.open("a.webp").save("a.png")`)',
    )
  }
  let bitmap: ImageBitmap
  try {
    const options = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' } as const
    bitmap = await createImageBitmap(new Blob([data as Uint8Array<ArrayBuffer>]), options)
  } catch {
    throw new PictureFault(`it is ${format}, which this browser cannot decode`, 'convert it to PNG or JPEG')
  }
  const { width, height } = bitmap
  assertAllowed(bitmap, limits)
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  context?.drawImage(bitmap, 0, 0)
  bitmap.close()
  if (context === null) throw new PictureFault(`there is no canvas of ${width} x ${height} pixels`)
  const { data: pixels } = context.getImageData(0, 0, width, height)
  return { width, height, channels: 4, data: new Uint8Array(pixels.buffer) }
}
