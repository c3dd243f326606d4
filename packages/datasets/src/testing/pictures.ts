// The pictures of fixtures/pictures.json, which reference/pictures_fixture.py made with Pillow, pypng and OpenCV.
import stored from '../../fixtures/pictures.json' with { type: 'json' }

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

const fixture = stored as unknown as Fixture

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))

async function pixelsOf(pixels: string): Promise<Uint8Array> {
  const stream = new Blob([bytesOf(pixels)]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

async function caseOf({ name, file, shape, pixels }: Stored): Promise<PictureCase> {
  return { name, file: bytesOf(file), shape, pixels: await pixelsOf(pixels) }
}

/** The byte behind what is transparent. */
export const { background } = fixture

export const jpegs = await Promise.all(fixture.jpegs.map(caseOf))

export const pngs = await Promise.all(fixture.pngs.map(caseOf))

/** A picture, and what Pillow makes of it in other sizes. */
export const resized = {
  shape: fixture.resized.shape,
  pixels: await pixelsOf(fixture.resized.pixels),
  cases: await Promise.all(
    fixture.resized.cases.map(async ({ filter, fit, shape, pixels }) => {
      return { filter, fit, shape, pixels: await pixelsOf(pixels) }
    }),
  ),
}

/** A JPEG in colours, and the pixels of 16 x 16 in grey that Pillow makes of it. */
export const grey = await caseOf(fixture.grey)
