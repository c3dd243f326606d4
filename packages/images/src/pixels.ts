// From a tensor to bytes: the one place where values become pixels.
import { AutoencoderError, type OptionCheck } from '@ae/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { imageShape } from './image-shape.ts'

/** How values become pixels. */
export interface PixelOptions {
  /**
   * The values of black and of white, the first below the second; what lies outside is drawn as the nearer of the two.
   * Defaults to `[0, 1]`.
   */
  readonly range?: readonly [black: number, white: number] | undefined
}

/** An image as bytes. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** Bytes a pixel: 1 is grey, 3 is red, green and blue. */
  readonly channels: number
  /** `height * width * channels` bytes, row by row. */
  readonly data: Uint8Array
}

/** The checks of {@link PixelOptions}. */
export const pixelChecks: Readonly<Record<string, OptionCheck>> = {
  range: (value) =>
    Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1]
      ? undefined
      : 'two finite numbers, the first below the second, e.g. [0, 1]',
}

/**
 * Reads an image from the device as bytes: 0 for `range[0]`, 255 for `range[1]`, rounded to the nearest.
 *
 * @throws {ShapeError} when `image` is not one image
 * @throws {AutoencoderError} when a value is NaN or infinite
 */
export async function readPixels(
  functionName: string,
  image: Tensor,
  { range = [0, 1] }: PixelOptions,
): Promise<Pixels> {
  const [height, width, channels] = imageShape(functionName, image)
  const values = await image.data()
  const [black, white] = range
  const data = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (!Number.isFinite(value)) throw notFinite(functionName, values, i, width * channels, channels)
    const share = Math.min(1, Math.max(0, (value - black) / (white - black)))
    data[i] = Math.round(255 * share)
  }
  return { width, height, channels, data }
}

function notFinite(functionName: string, values: ArrayLike<number>, at: number, stride: number, channels: number) {
  const count = Array.from(values).filter((value) => !Number.isFinite(value)).length
  const row = Math.floor(at / stride)
  const column = Math.floor((at % stride) / channels)
  return new AutoencoderError(`\`${functionName}\` received an \`image\` with values that are no numbers.`, {
    facts: {
      Expected: 'finite values',
      Received: `${values[at]} at row ${row}, column ${column}; ${count} of ${values.length} values are NaN or infinite`,
    },
    fix: 'look for the first NaN where the image comes from: the data, or a model whose training diverged',
  })
}
