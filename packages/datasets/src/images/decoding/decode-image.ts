// From the bytes of a picture to those of an example: decoded, over the background, in grey or colours, and in its size.
import { type Fit, fitted } from './fit.ts'
import { decodeJpeg } from './jpeg.ts'
import { type DecodingLimits, type Picture, PictureFault } from './picture.ts'
import { decodeByPlatform, inflate } from './platform.ts'
import { decodePng } from './png.ts'
import type { Filter } from './resize.ts'

/** What an example looks like. */
export interface ImageSettings extends DecodingLimits {
  readonly width: number
  readonly height: number
  /** 1 for grey, 3 for red, green and blue. */
  readonly channels: number
  readonly fit: Fit
  readonly filter: Filter
  /** The byte behind transparent pixels and around a picture. */
  readonly background: number
}

/** @returns `height * width * channels` bytes */
export async function decodeImage(data: Uint8Array, settings: ImageSettings): Promise<Uint8Array> {
  const { width, height, channels, fit, filter, background } = settings
  const picture = inColours(await decodeOpaque(data, background, settings), channels)
  return fitted(picture, width, height, fit, filter, background).data
}

/**
 * A picture in its own size: grey, or red, green and blue.
 *
 * @param background the byte behind transparent pixels
 */
export async function decodeOpaque(data: Uint8Array, background: number, limits: DecodingLimits): Promise<Picture> {
  return opaque(await decodePicture(data, limits), background)
}

async function decodePicture(data: Uint8Array, limits: DecodingLimits): Promise<Picture> {
  const format = formatOf(data)
  if (format === 'PNG') return await decodePng(data, inflate, limits)
  if (format === 'JPEG') return decodeJpeg(data, limits)
  if (format !== undefined) return await decodeByPlatform(data, format, limits)
  throw new PictureFault(
    data.length === 0 ? 'it is empty' : 'it is not a picture of a known format',
    'pass PNG or JPEG',
  )
}

/** What begins a file, at which byte. */
const signatures: readonly (readonly [format: string, at: number, text: string])[] = [
  ['PNG', 0, '\x89PNG\r\n\x1a\n'],
  ['JPEG', 0, '\xff\xd8'],
  ['GIF', 0, 'GIF8'],
  ['WebP', 8, 'WEBP'],
  ['AVIF', 4, 'ftypavi'],
  ['HEIC', 4, 'ftyphei'],
  ['HEIC', 4, 'ftypmif1'],
  ['BMP', 0, 'BM'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
]

/** The format of a file by its content; undefined when it is none that is known. */
export function formatOf(data: Uint8Array): string | undefined {
  const begins = (at: number, text: string) => [...text].every((char, i) => data[at + i] === char.charCodeAt(0))
  return signatures.find(([, at, text]) => begins(at, text))?.[0]
}

/** Over the background where it is transparent, as Pillow's `paste` with a mask. */
function opaque(picture: Picture, background: number): Picture {
  const { width, height, channels, data } = picture
  if (channels !== 2 && channels !== 4) return picture
  const colours = channels - 1
  const out = new Uint8Array(width * height * colours)
  for (let from = 0, to = 0; from < data.length; from += channels) {
    const opacity = data[from + colours] as number
    for (let i = 0; i < colours; i++) {
      const mixed = (data[from + i] as number) * opacity + background * (255 - opacity) + 128
      out[to++] = ((mixed >> 8) + mixed) >> 8
    }
  }
  return { width, height, channels: colours, data: out }
}

/** In grey by ITU-R BT.601 in Pillow's whole numbers, or in three colours. */
function inColours(picture: Picture, wanted: number): Picture {
  const { width, height, channels, data } = picture
  if (channels === wanted) return picture
  const out = new Uint8Array(width * height * wanted)
  if (wanted === 3) for (let i = 0; i < out.length; i++) out[i] = data[Math.floor(i / 3)] as number
  else {
    for (let i = 0, from = 0; i < out.length; i++, from += 3) {
      const [red, green, blue] = [data[from] as number, data[from + 1] as number, data[from + 2] as number]
      out[i] = (19_595 * red + 38_470 * green + 7471 * blue + 32_768) >> 16
    }
  }
  return { width, height, channels: wanted, data: out }
}
