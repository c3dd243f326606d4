// Fits a picture of any proportions into an image of a given size, as Pillow's `ImageOps.pad`, `ImageOps.fit` and `resize` do.
import type { Picture } from './picture.ts'
import { type Filter, resize } from './resize.ts'

/** `contain` shows all of the picture, `cover` fills all of the image, `stretch` does both and distorts. */
export type Fit = 'contain' | 'cover' | 'stretch'

/** @param background the byte around a picture that does not fill the image */
export function fitted(
  picture: Picture,
  width: number,
  height: number,
  fit: Fit,
  filter: Filter,
  background: number,
): Picture {
  const [ratio, wanted] = [picture.width / picture.height, width / height]
  if (fit === 'stretch' || ratio === wanted) return resize(picture, width, height, filter)
  if (fit === 'cover') {
    const [wide, high] =
      ratio >= wanted ? [wanted * picture.height, picture.height] : [picture.width, picture.width / wanted]
    const [left, top] = [(picture.width - wide) * 0.5, (picture.height - high) * 0.5]
    return resize(picture, width, height, filter, { left, top, right: left + wide, bottom: top + high })
  }
  const [wide, high] =
    ratio > wanted
      ? [width, atLeastOne((picture.height / picture.width) * width)]
      : [atLeastOne((picture.width / picture.height) * height), height]
  return framed(resize(picture, wide, high, filter), width, height, background)
}

function atLeastOne(length: number): number {
  return Math.max(1, roundedToEven(length))
}

/** As Python rounds. */
function roundedToEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}

/** A picture in the middle of a larger one. */
function framed(inside: Picture, width: number, height: number, background: number): Picture {
  const { channels } = inside
  const data = new Uint8Array(width * height * channels).fill(background)
  const left = roundedToEven((width - inside.width) * 0.5)
  const top = roundedToEven((height - inside.height) * 0.5)
  const length = inside.width * channels
  for (let y = 0; y < inside.height; y++) {
    data.set(inside.data.subarray(y * length, (y + 1) * length), ((top + y) * width + left) * channels)
  }
  return { width, height, channels, data }
}
