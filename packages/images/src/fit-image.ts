// Fits a picture of any proportions into an image of a given size.
import { resample, type Values } from './resample.ts'

/** `contain` shows all of the picture, `cover` fills all of the image, `stretch` does both and distorts. */
type Fit = 'contain' | 'cover' | 'stretch'

/**
 * @param picture at least one pixel
 * @param width of the result
 * @param height of the result
 * @param fit what happens where the proportions differ
 * @param background the value around a picture that does not fill the image
 */
export function fitImage(picture: Values, width: number, height: number, fit: Fit, background: number): Values {
  const [across, down] = [width / picture.width, height / picture.height]
  if (fit === 'stretch' || across === down) return resample(picture, width, height)
  if (fit === 'cover') {
    const scale = Math.max(across, down)
    return resample(middle(picture, atLeastOne(width / scale), atLeastOne(height / scale)), width, height)
  }
  const scale = Math.min(across, down)
  const inside = resample(picture, atLeastOne(picture.width * scale), atLeastOne(picture.height * scale))
  return framed(inside, width, height, background)
}

function atLeastOne(length: number): number {
  return Math.max(1, Math.round(length))
}

/** The middle of a picture, where it is larger. */
function middle(picture: Values, width: number, height: number): Values {
  const { channels } = picture
  const cut = new Float32Array(width * height * channels)
  const [left, top] = [Math.floor((picture.width - width) / 2), Math.floor((picture.height - height) / 2)]
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels
    cut.set(picture.data.subarray(from, from + width * channels), y * width * channels)
  }
  return { width, height, channels, data: cut }
}

/** A picture in the middle of a larger one. */
function framed(inside: Values, width: number, height: number, background: number): Values {
  const { channels } = inside
  const data = new Float32Array(width * height * channels).fill(background)
  const [left, top] = [Math.floor((width - inside.width) / 2), Math.floor((height - inside.height) / 2)]
  const length = inside.width * channels
  for (let y = 0; y < inside.height; y++) {
    data.set(inside.data.subarray(y * length, (y + 1) * length), ((top + y) * width + left) * channels)
  }
  return { width, height, channels, data }
}
