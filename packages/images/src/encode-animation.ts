// Several images as one animated PNG in memory (W3C, Portable Network Graphics Specification, Third Edition, 2025: chunks
// acTL, fcTL and fdAT). Each frame is encoded as a PNG of its own; the animation is made of their pieces.
import type { Bytes } from '@ae/core'
import { assertOptions, positiveInteger } from '@ae/core/internal'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { asImageBatch } from './image-shape.ts'
import { assertFinite, enlargePixels, type PixelOptions, pixelChecks, placeOf, toBytes } from './pixels.ts'
import { type Chunk, readChunks, writeChunks } from './png-chunks.ts'

/** How frames are played. */
export interface AnimationOptions extends PixelOptions {
  /** Frames per second, from 0.1 to 60. Defaults to 10. */
  readonly framesPerSecond?: number | undefined
  /** How often the animation plays, a positive integer or `Infinity`. Defaults to `Infinity`. */
  readonly loops?: number | undefined
  /** Side of the square of equal pixels that each pixel becomes, a positive integer. Defaults to 1. */
  readonly scale?: number | undefined
}

/**
 * Encodes images as the frames of an animated PNG (APNG), which every browser plays. A program that knows only PNG shows
 * the first frame.
 *
 * @param frames `[count, height, width]` or `[count, height, width, channels]` with 1 or 3 channels, borrowed
 * @param options how frames are played, and how values become pixels; values outside `range` are clamped
 * @returns the bytes of the file; its name may end in `.png` or `.apng`
 * @throws {ShapeError} when `frames` has another shape or holds no image
 * @throws {OptionError} when an option is unknown or out of its range
 * @throws {AutoencoderError} when a value is NaN or infinite; it names the first one's place
 * @example
 * ```ts
 * // A walk between two digits, and pictures of several as one frame each: tf.stack([grid(first), grid(second)]).
 * await file('walk.png').write(await encodeAnimation(frames, { framesPerSecond: 20, scale: 4 })) // `file` from @ae/core
 * ```
 */
export async function encodeAnimation(frames: Tensor, options: AnimationOptions = {}): Promise<Bytes> {
  assertOptions('encodeAnimation', options, {
    ...pixelChecks,
    framesPerSecond: (value) =>
      typeof value === 'number' && value >= 0.1 && value <= 60 ? undefined : 'a number from 0.1 to 60',
    loops: (value) =>
      value === Number.POSITIVE_INFINITY || (positiveInteger(value) === undefined && Number(value) < 2 ** 31)
        ? undefined
        : 'a positive integer below 2^31, or Infinity',
    scale: positiveInteger,
  })
  const { framesPerSecond = 10, loops = Number.POSITIVE_INFINITY, scale = 1 } = options
  const [count, height, width, channels] = tidy(() => asImageBatch('encodeAnimation', 'frames', frames).shape)
  const size = height * width * channels
  const values = await frames.data()
  assertFinite('encodeAnimation', 'frames', values, (index) => {
    return `frame ${Math.floor(index / size)}, ${placeOf(index % size, width, channels)}`
  })
  const bytes = toBytes(values, options)

  const { encode } = await import('fast-png')
  const chunks: Chunk[] = []
  for (let frame = 0; frame < count; frame++) {
    const data = bytes.subarray(frame * size, (frame + 1) * size)
    const still = readChunks(encode(enlargePixels({ width, height, channels, data }, scale)))
    const pick = (wanted: string) => still.filter(({ type }) => type === wanted)
    if (frame === 0) chunks.push(...pick('IHDR'), animationControl(count, loops))
    // Chunks of frames are numbered, except the data of the first frame, which are those of a still picture.
    const number = Math.max(0, 2 * frame - 1)
    chunks.push(frameControl(number, [width * scale, height * scale], framesPerSecond))
    chunks.push(...(frame === 0 ? pick('IDAT') : pick('IDAT').map((part) => frameData(number + 1, part.data))))
    if (frame === count - 1) chunks.push(...pick('IEND'))
  }
  return writeChunks(chunks)
}

function animationControl(count: number, loops: number): Chunk {
  const data = new Uint8Array(8)
  const view = new DataView(data.buffer)
  view.setUint32(0, count)
  view.setUint32(4, loops === Number.POSITIVE_INFINITY ? 0 : loops)
  return { type: 'acTL', data }
}

/** A frame that fills the picture and replaces the one before. */
function frameControl(number: number, [width, height]: readonly [number, number], framesPerSecond: number): Chunk {
  const data = new Uint8Array(26) // zeros stand for: at the upper left corner, left as it is, replacing
  const view = new DataView(data.buffer)
  view.setUint32(0, number)
  view.setUint32(4, width)
  view.setUint32(8, height)
  // The seconds that it is shown, as a fraction of two 16-bit numbers.
  view.setUint16(20, 1000)
  view.setUint16(22, Math.round(1000 * framesPerSecond))
  return { type: 'fcTL', data }
}

function frameData(number: number, still: Uint8Array): Chunk {
  const data = new Uint8Array(4 + still.length)
  new DataView(data.buffer).setUint32(0, number)
  data.set(still, 4)
  return { type: 'fdAT', data }
}
