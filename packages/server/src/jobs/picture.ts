// Examples as a PNG file: the bytes of `encodePng(grid(images))` of @ae/images once decoded, without tensors in between and with
// the compression of the platform. It takes a third of the time, which is most of what an answer takes.
// https://www.w3.org/TR/png-3
import type { Bytes, Shape } from '@ae/core'
import { nodeModule } from '@ae/core/internal'
import { writeChunks } from '@ae/images/internal'

/** How pictures lie side by side. */
export interface PictureLayout {
  /** Pictures in a row. Defaults to the square root of their number, rounded up. */
  readonly columns?: number | undefined
  /** Pixels for each pixel, each way. Defaults to 1. */
  readonly scale?: number | undefined
}

/** Pixels between pictures, and around several. */
const gap = 2

/**
 * One picture as it is, or several as a grid.
 *
 * @param values from 0 (black) to 1 (white), others are drawn as the nearer of the two; `[count, ...shape]`
 * @param shape `[height, width]` or `[height, width, channels]`, with 1 or 3 channels
 */
export async function pictureOf(
  values: Float32Array,
  count: number,
  [height = 1, width = 1, channels = 1]: Shape,
  { columns = Math.ceil(Math.sqrt(count)), scale = 1 }: PictureLayout,
): Promise<Bytes> {
  const padding = count === 1 ? 0 : gap
  const [high, wide] = [height * scale + padding, width * scale + padding]
  const size = { width: columns * wide + padding, height: Math.ceil(count / columns) * high + padding }
  const stride = 1 + size.width * channels // each line begins with its filter, which is none
  const data = new Uint8Array(size.height * stride)
  const bytes = bytesOf(values)
  const own = width * channels
  for (let i = 0; i < count; i++) {
    const top = padding + Math.floor(i / columns) * high
    const left = 1 + (padding + (i % columns) * wide) * channels
    for (let y = 0; y < height; y++) {
      const line = (top + y * scale) * stride
      const from = (i * height + y) * own
      if (scale === 1) data.set(bytes.subarray(from, from + own), line + left)
      else {
        widen(bytes.subarray(from, from + own), data.subarray(line + left), channels, scale)
        for (let copy = 1; copy < scale; copy++) data.copyWithin(line + copy * stride, line, line + stride)
      }
    }
  }
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, size.width)
  header.setUint32(4, size.height)
  header.setUint8(8, 8) // bits
  header.setUint8(9, channels === 1 ? 0 : 2) // grey, or red, green and blue
  return writeChunks([
    { type: 'IHDR', data: new Uint8Array(header.buffer) },
    { type: 'IDAT', data: await deflate(data) },
    { type: 'IEND', data: nothing },
  ])
}

const nothing = new Uint8Array(0)

/** 0 for black, 255 for white. */
function bytesOf(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (!Number.isFinite(value)) throw new Error('the model gave values that are not finite')
    bytes[i] = value >= 1 ? 255 : value <= 0 ? 0 : value * 255 + 0.5 // rounded: what is after the point is cut off
  }
  return bytes
}

/** Writes each pixel of a line `scale` times. */
function widen(line: Uint8Array, into: Uint8Array, channels: number, scale: number): void {
  let to = 0
  for (let from = 0; from < line.length; from += channels) {
    for (let copy = 0; copy < scale; copy++) {
      for (let channel = 0; channel < channels; channel++) into[to++] = line[from + channel] as number
    }
  }
}

async function deflate(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const zlib = nodeModule<typeof import('node:zlib')>('node:zlib')
  if (zlib !== undefined) return zlib.deflateSync(data, { level: 3 })
  return new Uint8Array(
    await new Response(new Blob([data]).stream().pipeThrough(new CompressionStream('deflate'))).arrayBuffer(),
  )
}
