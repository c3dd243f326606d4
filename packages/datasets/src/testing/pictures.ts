// The pictures of fixtures/pictures.json, which reference/pictures_fixture.py made with Pillow, pypng and OpenCV.
import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'

/** A file and its pixels. */
export interface PictureCase {
  readonly name: string
  readonly file: Uint8Array
  /** `[height, width, channels]` */
  readonly shape: readonly [number, number, number]
  readonly pixels: Uint8Array
}

interface Stored {
  readonly name: string
  readonly file: string
  readonly shape: readonly [number, number, number]
  readonly pixels: string
  readonly filter: 'box' | 'bilinear' | 'bicubic' | 'lanczos'
  readonly fit: 'contain' | 'cover' | 'stretch'
}

interface Fixture {
  readonly background: number
  readonly jpegs: readonly Stored[]
  readonly pngs: readonly Stored[]
  readonly resized: Stored & { readonly cases: readonly Stored[] }
  readonly grey: Stored
}

const path = new URL('../../fixtures/pictures.json', import.meta.url)
const fixture: Fixture = JSON.parse(readFileSync(path, 'utf8'))

const pixelsOf = (pixels: string) => Uint8Array.from(inflateSync(Buffer.from(pixels, 'base64')))

function caseOf({ name, file, shape, pixels }: Stored): PictureCase {
  return { name, file: Uint8Array.from(Buffer.from(file, 'base64')), shape, pixels: pixelsOf(pixels) }
}

/** The byte behind what is transparent. */
export const { background } = fixture

export const jpegs = fixture.jpegs.map(caseOf)

export const pngs = fixture.pngs.map(caseOf)

/** A picture, and what Pillow makes of it in other sizes. */
export const resized = {
  shape: fixture.resized.shape,
  pixels: pixelsOf(fixture.resized.pixels),
  cases: fixture.resized.cases.map(({ filter, fit, shape, pixels }) => ({
    filter,
    fit,
    shape,
    pixels: pixelsOf(pixels),
  })),
}

/** A JPEG in colours, and the pixels of 16 x 16 in grey that Pillow makes of it. */
export const grey = caseOf(fixture.grey)
