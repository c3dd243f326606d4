// The colours of a decoded JPEG, as libjpeg (jdcolor.c) and Pillow compute them.
import type { Frame } from './jpeg-frame.ts'
import { type Plane, upsampled } from './jpeg-upsampling.ts'
import type { Picture } from './picture.ts'

/** What the file says about its colours. */
export interface ColourMarkers {
  readonly isJfif: boolean
  /** The transform that Adobe's marker names: 0 none, 1 YCbCr, 2 YCCK; undefined without it. */
  readonly adobe: number | undefined
}

/** @returns grey, or red, green and blue */
export function pixelsOf(frame: Frame, markers: ColourMarkers): Picture {
  const { width, height, components } = frame
  const planes = components.map((component) => upsampled(frame, component))
  const [first, second, third, fourth] = planes
  if (first === undefined || second === undefined || third === undefined) {
    return { width, height, channels: 1, data: cropped(first as Plane, width, height) }
  }
  const data = new Uint8Array(3 * width * height)
  const isTransformed = fourth === undefined ? isYcc(frame, markers) : markers.adobe === 2
  let to = 0
  for (let y = 0; y < height; y++) {
    const [row1, row2, row3] = [y * first.stride, y * second.stride, y * third.stride]
    const row4 = fourth === undefined ? 0 : y * fourth.stride
    for (let x = 0; x < width; x++) {
      let red = first.data[row1 + x] as number
      let green = second.data[row2 + x] as number
      let blue = third.data[row3 + x] as number
      if (isTransformed) {
        const [luma, cb, cr] = [red, green - 128, blue - 128]
        red = clamped(luma + ((91_881 * cr + 32_768) >> 16))
        green = clamped(luma + ((-22_554 * cb - 46_802 * cr + 32_768) >> 16))
        blue = clamped(luma + ((116_130 * cb + 32_768) >> 16))
      }
      if (fourth !== undefined) {
        // Inks are stored as 255 - ink, as Adobe writes them; of YCCK, libjpeg makes 255 - red and so on.
        const light = fourth.data[row4 + x] as number
        red = inked(isTransformed ? 255 - red : red, light)
        green = inked(isTransformed ? 255 - green : green, light)
        blue = inked(isTransformed ? 255 - blue : blue, light)
      }
      data[to++] = red
      data[to++] = green
      data[to++] = blue
    }
  }
  return { width, height, channels: 3, data }
}

function isYcc({ components }: Frame, { isJfif, adobe }: ColourMarkers): boolean {
  if (isJfif) return true
  if (adobe !== undefined) return adobe !== 0
  return String.fromCharCode(...components.map(({ id }) => id)) !== 'RGB'
}

/** What an ink leaves of the light that black leaves: Pillow's `cmyk2rgb`. */
function inked(stored: number, light: number): number {
  const product = (255 - stored) * light + 128
  return clamped(light - (((product >> 8) + product) >> 8))
}

function clamped(level: number): number {
  return Math.max(0, Math.min(255, level))
}

function cropped({ data, stride }: Plane, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) out.set(data.subarray(y * stride, y * stride + width), y * width)
  return out
}
