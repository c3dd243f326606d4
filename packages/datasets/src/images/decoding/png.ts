// Decodes PNG (ISO/IEC 15948): every colour type, 1 to 16 bits, palettes, transparency, interlaced or not. Checks what the file
// says of itself: the CRC of its chunks, and the Adler-32 of its pixels.
import { crc32 } from '@ae/core/internal'
import { assertAllowed, type DecodingLimits, type Picture, PictureFault } from './picture.ts'
import { type Pass, type PngHeader, samplesOf } from './png-samples.ts'

/** Unpacks zlib's format; throws when the data is damaged or longer than `length`. */
export type Inflate = (packed: readonly Uint8Array[], length: number) => Uint8Array | Promise<Uint8Array>

/** @returns 1 channel for grey, 2 for grey and opacity, 3 for colours, 4 for colours and opacity */
export async function decodePng(data: Uint8Array, inflate: Inflate, limits: DecodingLimits): Promise<Picture> {
  const { header, packed } = readChunks(data, limits)
  const passes = passesOf(header)
  const length = passes.reduce((sum, { width, height }) => sum + height * (1 + bytesPerRow(header, width)), 0)
  const available = packed.reduce((sum, chunk) => sum + chunk.length, 0)
  if (length > 1032 * available) throw new PictureFault('it is cut off') // deflate packs no more bytes into one
  let rows: Uint8Array
  try {
    rows = await inflate(packed, length)
  } catch {
    throw new PictureFault('its pixels are damaged or cut off')
  }
  if (rows.length !== length) throw new PictureFault('it is cut off')
  let start = 0
  for (const { width, height } of passes) {
    const stride = 1 + bytesPerRow(header, width)
    unfilter(rows.subarray(start, start + height * stride), stride, bytesPerPixel(header))
    start += height * stride
  }
  return samplesOf(header, rows, passes)
}

function readChunks(data: Uint8Array, limits: DecodingLimits): { header: PngHeader; packed: readonly Uint8Array[] } {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const packed: Uint8Array[] = []
  let header: PngHeader | undefined
  for (let position = 8; ; ) {
    if (position + 12 > data.length) throw new PictureFault('it is cut off')
    const length = view.getUint32(position)
    const end = position + 8 + length
    if (end + 4 > data.length) throw new PictureFault('it is cut off')
    const type = String.fromCharCode(...data.subarray(position + 4, position + 8))
    const chunk = data.subarray(position + 8, end)
    // The pixels have a checksum of their own.
    if (type !== 'IDAT' && crc32(data.subarray(position + 4, end)) !== view.getUint32(end)) {
      throw new PictureFault(`its chunk ${type} is damaged`)
    }
    position = end + 4
    if (header === undefined) {
      if (type !== 'IHDR') throw new PictureFault(type === 'CgBI' ? 'it is in a format of Apple' : 'it has no header')
      header = readHeader(chunk)
      assertAllowed(header, limits)
    } else if (type === 'IDAT') packed.push(chunk)
    else if (type === 'PLTE') header = { ...header, palette: chunk }
    else if (type === 'tRNS') header = { ...header, transparency: chunk }
    else if (type === 'IEND') break
    else if (/^[A-Z]/.test(type)) throw new PictureFault(`its chunk ${type} is unknown`)
  }
  if (header.colourType === 3 && header.palette === undefined) throw new PictureFault('it has no palette')
  return { header, packed }
}

/** Bits that a sample may have, by colour type. */
const depths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

function readHeader(chunk: Uint8Array): PngHeader {
  if (chunk.length !== 13) throw new PictureFault('its header is damaged')
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
  const [bits, colourType, compression, filter, interlaced] = chunk.subarray(8) as unknown as number[]
  if (!depths[colourType as number]?.includes(bits as number) || compression !== 0 || filter !== 0) {
    throw new PictureFault('its header is damaged')
  }
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bits: bits as number,
    colourType: colourType as number,
    isInterlaced: interlaced === 1,
    palette: undefined,
    transparency: undefined,
  }
}

/** The pictures that a file consists of: seven where it is interlaced (Adam7), where some may be empty. */
function passesOf({ width, height, isInterlaced }: PngHeader): readonly Pass[] {
  if (!isInterlaced) return [{ width, height, x: 0, y: 0, stepX: 1, stepY: 1 }]
  return adam7.map(([x, y, stepX, stepY]) => {
    const [wide, high] = [Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)]
    const isEmpty = wide <= 0 || high <= 0
    return { width: isEmpty ? 0 : wide, height: isEmpty ? 0 : high, x, y, stepX, stepY }
  })
}

const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** Samples of a pixel, by colour type. */
const samplesPerPixel: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

function bitsPerPixel({ colourType, bits }: PngHeader): number {
  return bits * (samplesPerPixel[colourType] as number)
}

function bytesPerRow(header: PngHeader, width: number): number {
  return Math.ceil((width * bitsPerPixel(header)) / 8)
}

function bytesPerPixel(header: PngHeader): number {
  return Math.max(1, bitsPerPixel(header) / 8)
}

/** Undoes the filters of rows in place: each begins with the number of its filter. `step`: bytes of a pixel. */
function unfilter(rows: Uint8Array, stride: number, step: number): void {
  for (let start = 0; start < rows.length; start += stride) {
    const filter = rows[start] as number
    const [first, end] = [start + 1, start + stride]
    const isTop = start === 0
    if (filter === 1 || (filter === 4 && isTop)) {
      for (let i = first + step; i < end; i++) (rows[i] as number) += rows[i - step] as number
    } else if (filter === 2 && !isTop) {
      for (let i = first; i < end; i++) (rows[i] as number) += rows[i - stride] as number
    } else if (filter === 3) {
      for (let i = first; i < end; i++) {
        const left = i - step < first ? 0 : (rows[i - step] as number)
        const above = isTop ? 0 : (rows[i - stride] as number)
        ;(rows[i] as number) += (left + above) >> 1
      }
    } else if (filter === 4) undoPaeth(rows, first, end, stride, step)
    else if (filter > 4) throw new PictureFault('its pixels are damaged')
  }
}

/** Adds the one of three neighbours that is nearest to left + above - corner. */
function undoPaeth(rows: Uint8Array, first: number, end: number, stride: number, step: number): void {
  for (let i = first; i < first + step; i++) (rows[i] as number) += rows[i - stride] as number
  for (let i = first + step; i < end; i++) {
    const left = rows[i - step] as number
    const above = rows[i - stride] as number
    const corner = rows[i - stride - step] as number
    const byLeft = Math.abs(above - corner)
    const byAbove = Math.abs(left - corner)
    const byCorner = Math.abs(left + above - corner - corner)
    const nearest = byLeft <= byAbove && byLeft <= byCorner ? left : byAbove <= byCorner ? above : corner
    rows[i] = (rows[i] as number) + nearest
  }
}
