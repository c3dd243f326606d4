// Where pictures come from in a page or a Worker, and their pixels.
import { AutoencoderError } from '@ae/core'
import { show } from '@ae/core/internal'

/** Pixels as the browser's `ImageData` holds them; any object of this form will do, also in Node. */
export interface RgbaPixels {
  /** Pixels per row, at least 1. */
  readonly width: number
  /** Rows, at least 1. */
  readonly height: number
  /** Red, green, blue and opacity of each pixel, row by row: `4 * width * height` bytes. */
  readonly data: Uint8ClampedArray | Uint8Array
}

/** What a picture can be read from. A `Blob` holds a file, e.g. a PNG or a JPEG. */
export type ImageSource =
  | ImageData
  | RgbaPixels
  | ImageBitmap
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLImageElement
  | HTMLVideoElement
  | VideoFrame
  | Blob

/**
 * The pixels of a picture in its own size, in sRGB. Sources that must be drawn are drawn on a canvas in memory, not on the GPU.
 *
 * @throws {AutoencoderError} when there is no picture yet, or no more, or the browser keeps its pixels from this page
 */
export async function readRgba(functionName: string, source: ImageSource): Promise<RgbaPixels> {
  if (hasPixels(source)) return checkPixels(functionName, source)
  if ('data' in source && !isA('ImageData', source)) {
    throw new AutoencoderError(`\`${functionName}\` received pixels that are not bytes.`, {
      facts: { Expected: '`data` as a Uint8ClampedArray or a Uint8Array', Received: show((source as RgbaPixels).data) },
      fix: 'pass numbers from 0 to 255 as data: Uint8ClampedArray.from(data)',
    })
  }
  if (typeof OffscreenCanvas === 'undefined') {
    throw new AutoencoderError(`\`${functionName}\` needs a browser to read this kind of picture.`, {
      fix: 'elsewhere pass pixels: { width, height, data }, where data holds red, green, blue and opacity of each as bytes',
    })
  }
  if (source instanceof Blob) return await readBlob(functionName, source)
  const drawable = source as Exclude<ImageSource, RgbaPixels | ImageData | Blob> | ImageData
  if (isA('HTMLImageElement', drawable)) await decode(functionName, drawable)
  const [width, height] = sizeOf(drawable)
  if (!(width > 0 && height > 0)) throw noPicture(functionName, drawable)
  return draw(functionName, drawable, width, height)
}

type Drawable = CanvasImageSource | ImageData

/** Bytes in sRGB: an `ImageData` may hold another colour space, or floats, which a canvas converts. */
function hasPixels(source: ImageSource): source is RgbaPixels {
  if (!('data' in source) || !(source.data instanceof Uint8ClampedArray || source.data instanceof Uint8Array))
    return false
  return !('colorSpace' in source) || source.colorSpace === 'srgb'
}

function checkPixels(functionName: string, source: RgbaPixels): RgbaPixels {
  const { width, height, data } = source
  const isSize = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0
  if (isSize(width) && isSize(height) && data.length === 4 * width * height) return source
  throw new AutoencoderError(`\`${functionName}\` received pixels that do not fit their size.`, {
    facts: {
      Expected: 'positive integers `width` and `height`, and 4 x width x height bytes',
      Received: `width ${show(width)}, height ${show(height)} and ${data.length} bytes`,
    },
    fix: 'give each pixel four bytes: red, green, blue, opacity',
  })
}

async function readBlob(functionName: string, blob: Blob): Promise<RgbaPixels> {
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(blob)
  } catch (cause) {
    throw new AutoencoderError(`\`${functionName}\` received a file that is not a picture.`, {
      facts: { Received: `${blob.size} bytes of the type ${blob.type || 'unknown'}` },
      fix: 'pass a file that this browser can show, e.g. PNG or JPEG',
      cause,
    })
  }
  try {
    return draw(functionName, bitmap, bitmap.width, bitmap.height)
  } finally {
    bitmap.close()
  }
}

async function decode(functionName: string, image: HTMLImageElement): Promise<void> {
  try {
    await image.decode()
  } catch (cause) {
    throw new AutoencoderError(`\`${functionName}\` received an <img> that shows no picture.`, {
      facts: { Received: image.currentSrc === '' ? 'no address' : image.currentSrc.slice(0, 100) },
      fix: 'check that the address is right and that the file is a picture',
      cause,
    })
  }
}

function sizeOf(source: Drawable): readonly [width: number, height: number] {
  if ('naturalWidth' in source) return [source.naturalWidth, source.naturalHeight]
  if ('videoWidth' in source) return source.readyState < 2 ? [0, 0] : [source.videoWidth, source.videoHeight]
  if ('displayWidth' in source) return [source.displayWidth, source.displayHeight]
  return [Number(source.width), Number(source.height)]
}

function noPicture(functionName: string, source: Drawable): AutoencoderError {
  const name = Object.prototype.toString.call(source).slice(8, -1)
  return new AutoencoderError(`\`${functionName}\` received a picture without pixels.`, {
    facts: { Expected: 'a picture at least one pixel wide and high', Received: `${name} without a size` },
    fix: isA('HTMLVideoElement', source)
      ? "wait for the video's first frame, i.e. its `loadeddata` event"
      : 'give it a size, and close it only after it is read',
  })
}

function draw(functionName: string, source: Drawable, width: number, height: number): RgbaPixels {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null)
    throw new AutoencoderError(`\`${functionName}\` could not create a canvas of ${width} x ${height} pixels.`)
  if (isA('ImageData', source)) context.putImageData(source, 0, 0)
  else context.drawImage(source, 0, 0, width, height)
  try {
    return context.getImageData(0, 0, width, height)
  } catch (cause) {
    throw new AutoencoderError(`\`${functionName}\` may not read this picture, because it comes from another origin.`, {
      facts: { Reason: cause instanceof Error ? cause.message : String(cause) },
      fix: "set crossOrigin = 'anonymous' before src; its server must allow it (Access-Control-Allow-Origin)",
      cause,
    })
  }
}

/** Whether `value` is an instance of a global class, which may not exist here: a Worker has no elements. */
function isA<name extends 'HTMLImageElement' | 'HTMLVideoElement' | 'ImageData'>(
  name: name,
  value: unknown,
): value is InstanceType<(typeof globalThis)[name]> {
  return name in globalThis && value instanceof globalThis[name]
}
