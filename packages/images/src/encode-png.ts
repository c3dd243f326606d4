// An image as a PNG file in memory. The encoder is fast-png, loaded on the first call: it is an ES module only, and a
// dynamic import reaches it from CommonJS too.
import type { Bytes } from '@ae/core'
import { assertOptions } from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type PixelOptions, pixelChecks, readPixels } from './pixels.ts'

/**
 * Encodes one image as PNG, 8 bits a channel, grey or colour as the image is.
 *
 * @param image `[height, width]` or `[height, width, channels]` with 1 or 3 channels, borrowed
 * @param options how values become pixels; values outside `range` are clamped
 * @returns the bytes of the file
 * @throws {ShapeError} when `image` has another shape
 * @throws {OptionError} when an option is unknown or out of its range
 * @throws {AutoencoderError} when a value is NaN or infinite; it names the first one's place
 * @example
 * ```ts
 * await file('samples.png').write(await encodePng(grid(images))) // `file` from @ae/core
 * ```
 */
export async function encodePng(image: Tensor, options: PixelOptions = {}): Promise<Bytes> {
  assertOptions('encodePng', options, pixelChecks)
  const pixels = await readPixels('encodePng', image, options)
  const { encode } = await import('fast-png')
  return encode(pixels) as Bytes // it makes them itself; its type does not say so
}
