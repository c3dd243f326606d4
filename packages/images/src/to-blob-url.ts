// An image as the address of a PNG file in memory, for <img src>, links to save it, and styles.
import type { Bytes } from '@ae/core'
import { assertOptions, positiveInteger } from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { DrawOptions } from './draw-on-canvas.ts'
import { enlargePixels, pixelChecks, readPixels } from './pixels.ts'

/**
 * The address of one image as a PNG file in memory, in a page or a Worker.
 *
 * @param image `[height, width]` or `[height, width, channels]` with 1 or 3 channels, borrowed
 * @param options how values become pixels; values outside `range` are clamped
 * @returns `blob:...`; it is yours: the file stays in memory until `URL.revokeObjectURL(url)`, or until its page or Worker ends
 * @throws {ShapeError} when `image` has another shape
 * @throws {OptionError} when an option is unknown or out of its range
 * @throws {AutoencoderError} when a value is NaN or infinite; it names the first one's place
 * @example
 * ```ts
 * picture.src = await toBlobUrl(grid(images), { scale: 3 })
 * picture.onload = () => URL.revokeObjectURL(picture.src)
 * ```
 */
export async function toBlobUrl(image: Tensor, options: DrawOptions = {}): Promise<string> {
  assertOptions('toBlobUrl', options, { ...pixelChecks, scale: positiveInteger })
  const pixels = enlargePixels(await readPixels('toBlobUrl', image, options), options.scale ?? 1)
  const { encode } = await import('fast-png')
  return URL.createObjectURL(new Blob([encode(pixels) as Bytes], { type: 'image/png' }))
}
