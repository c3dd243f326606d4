// Scales pictures with the same arithmetic everywhere; browsers differ in how they scale.

/** Values of a picture, `height * width * channels` of them, row by row. */
export interface Values {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Float32Array
}

/**
 * Scales a picture with a triangle filter: linear interpolation where it grows; where it shrinks, the triangle is as wide as
 * the pixels that become one, so that every one of them counts. This is `BILINEAR` of Pillow. A picture that already has that
 * size stays as it is.
 *
 * @param picture at least one pixel
 * @param width of the result, at least 1
 * @param height of the result, at least 1
 */
export function resample(picture: Values, width: number, height: number): Values {
  if (picture.width === width && picture.height === height) return picture
  return scaleRows(scaleColumns(picture, width), height)
}

/** The weights of old pixels in a new one: `weights[0]` of the one at `first`, and so on. Their sum is 1. */
interface Share {
  readonly first: number
  readonly weights: Float64Array
}

function sharesOf(before: number, after: number): Share[] {
  const step = before / after
  const reach = Math.max(1, step)
  return Array.from({ length: after }, (_, index) => {
    const centre = (index + 0.5) * step
    const first = Math.max(0, Math.floor(centre - reach + 0.5))
    const end = Math.min(before, Math.floor(centre + reach + 0.5))
    const weights = Float64Array.from({ length: end - first }, (_, i) => {
      return Math.max(0, 1 - Math.abs(first + i + 0.5 - centre) / reach)
    })
    const sum = weights.reduce((a, b) => a + b)
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}

function scaleColumns({ width: before, height, channels, data }: Values, width: number): Values {
  const scaled = new Float32Array(height * width * channels)
  const shares = sharesOf(before, width)
  for (let y = 0; y < height; y++) {
    for (const [x, { first, weights }] of shares.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let i = 0; i < weights.length; i++) {
          sum += (weights[i] as number) * (data[(y * before + first + i) * channels + channel] as number)
        }
        scaled[(y * width + x) * channels + channel] = sum
      }
    }
  }
  return { width, height, channels, data: scaled }
}

/** To rows, the values of one are one column after the other: so these are columns of a picture one pixel high. */
function scaleRows({ width, height: before, channels, data }: Values, height: number): Values {
  const row = { width: before, height: 1, channels: width * channels, data }
  return { width, height, channels, data: scaleColumns(row, height).data }
}
