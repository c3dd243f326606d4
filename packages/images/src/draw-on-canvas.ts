// An image in a page: as ImageData, and on a canvas.
import { AutoencoderError } from '@ae/core'
import { assertMembers, assertOptions, positiveInteger } from '@ae/core/internal'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type PixelOptions, type Pixels, pixelChecks, readPixels } from './pixels.ts'

/** How an image is drawn in a page. */
export interface DrawOptions extends PixelOptions {
  /** Side of the square of equal pixels that each pixel becomes, a positive integer. Defaults to 1. */
  readonly scale?: number | undefined
}

/**
 * Draws one image on a canvas, and resizes the canvas to the image.
 *
 * @param image `[height, width]` or `[height, width, channels]` with 1 or 3 channels, borrowed
 * @param canvas on the page or off screen, without a context other than `2d`
 * @param options how values become pixels; values outside `range` are clamped
 * @throws {ShapeError} when `image` has another shape
 * @throws {OptionError} when an option is unknown or out of its range
 * @throws {AutoencoderError} when a value is NaN or infinite, outside a browser, or when `canvas` cannot be drawn on
 */
export async function drawOnCanvas(
  image: Tensor,
  canvas: HTMLCanvasElement | OffscreenCanvas,
  options: DrawOptions = {},
): Promise<void> {
  const picture = await convert('drawOnCanvas', image, options)
  assertMembers('drawOnCanvas', 'canvas', canvas, {
    expected: 'a canvas',
    members: { getContext: 'function' },
    fix: 'pass the element, e.g. document.querySelector("canvas"), or an OffscreenCanvas',
  })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null
  if (context === null) {
    throw new AutoencoderError('`drawOnCanvas` received a `canvas` that it cannot draw on.', {
      facts: {
        Expected: 'a canvas with a 2d context',
        Received: 'a canvas that already has another kind of context',
      },
      fix: 'pass a canvas of its own',
    })
  }
  canvas.width = picture.width
  canvas.height = picture.height
  context.putImageData(picture, 0, 0)
}

/**
 * One image as the browser's own `ImageData`, opaque.
 *
 * @param image `[height, width]` or `[height, width, channels]` with 1 or 3 channels, borrowed
 * @param options how values become pixels; values outside `range` are clamped
 * @returns `scale` times the image's size
 * @throws {ShapeError} when `image` has another shape
 * @throws {OptionError} when an option is unknown or out of its range
 * @throws {AutoencoderError} when a value is NaN or infinite, or outside a browser
 */
export async function toImageData(image: Tensor, options: DrawOptions = {}): Promise<ImageData> {
  return convert('toImageData', image, options)
}

async function convert(functionName: string, image: Tensor, options: DrawOptions): Promise<ImageData> {
  assertOptions(functionName, options, { ...pixelChecks, scale: positiveInteger })
  if (typeof ImageData === 'undefined') {
    throw new AutoencoderError(`\`${functionName}\` needs a browser: there is no ImageData here.`, {
      fix: 'use encodePng, which works everywhere',
    })
  }
  const { scale = 1 } = options
  const pixels = await readPixels(functionName, image, options)
  return new ImageData(toRgba(pixels, scale), pixels.width * scale)
}

/** Four bytes a pixel, every pixel repeated `scale` times both ways. */
function toRgba({ width, height, channels, data }: Pixels, scale: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * scale * scale * 4).fill(255)
  let to = 0
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels
      for (let channel = 0; channel < 3; channel++) rgba[to + channel] = data[from + (channel % channels)] as number
      to += 4
    }
  }
  return rgba
}
