// From a tensor to bytes: the one place where values become pixels.
import { AutoencoderError } from '@ae/core'
import type { OptionCheck } from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import { imageShape } from './image-shape.ts'

/** How values become pixels. */
export interface PixelOptions {
  /**
   * The values of black and of white, the first below the second; values outside are drawn as the nearer of the two.
   * Defaults to `[0, 1]`.
   */
  readonly range?: readonly [black: number, white: number] | undefined
}

/** An image as bytes. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** Bytes per pixel: 1 is grey, 3 is red, green and blue. */
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
 * Reads an image from the device as bytes.
 *
 * @throws {ShapeError} when `image` is not one image
 * @throws {AutoencoderError} when a value is NaN or infinite
 */
export async function readPixels(functionName: string, image: Tensor, options: PixelOptions): Promise<Pixels> {
  const [height, width, channels] = imageShape(functionName, image)
  const values = await image.data()
  assertFinite(functionName, 'image', values, (index) => placeOf(index, width, channels))
  return { width, height, channels, data: toBytes(values, options) }
}

/** Finite values as bytes: 0 for `range[0]`, 255 for `range[1]`, rounded to the nearest. */
export function toBytes(values: ArrayLike<number>, { range = [0, 1] }: PixelOptions): Uint8Array {
  const [black, white] = range
  const bytes = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const share = Math.min(1, Math.max(0, ((values[i] as number) - black) / (white - black)))
    bytes[i] = Math.round(255 * share)
  }
  return bytes
}

/** Repeats every pixel `scale` times both ways. */
export function enlargePixels({ width, height, channels, data }: Pixels, scale: number): Pixels {
  const [wide, high] = [width * scale, height * scale]
  const enlarged = new Uint8Array(wide * high * channels)
  let to = 0
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels
      for (let channel = 0; channel < channels; channel++) enlarged[to++] = data[from + channel] as number
    }
  }
  return { width: wide, height: high, channels, data: enlarged }
}

/** Where a value of an image is, for messages. */
export function placeOf(index: number, width: number, channels: number): string {
  const pixel = Math.floor(index / channels)
  return `row ${Math.floor(pixel / width)}, column ${pixel % width}`
}

/** @throws {AutoencoderError} when a value is NaN or infinite; it names the first one's place */
export function assertFinite(
  functionName: string,
  argument: string,
  values: ArrayLike<number>,
  place: (index: number) => string,
): void {
  let first = 0
  while (first < values.length && Number.isFinite(values[first])) first++
  if (first === values.length) return
  const count = Array.from(values).filter((value) => !Number.isFinite(value)).length
  throw new AutoencoderError(`\`${functionName}\` received \`${argument}\` with values that are not finite.`, {
    facts: {
      Expected: 'finite values',
      Received: `${values[first]} at ${place(first)}; ${count} of ${values.length} values are NaN or infinite`,
    },
    fix: 'find where the first NaN comes from: the data, or a model whose training diverged',
  })
}
