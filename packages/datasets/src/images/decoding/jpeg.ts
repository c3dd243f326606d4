// Decodes JPEG (ITU-T T.81: baseline and progressive, 8 bits) to the very pixels that libjpeg-turbo, and so Pillow, decodes.
// docs/decisions/0024-pictures.md says why this is no library.
import { huffmanTable } from './jpeg-bits.ts'
import { zigzag } from './jpeg-blocks.ts'
import { pixelsOf } from './jpeg-colours.ts'
import { type Frame, readFrame } from './jpeg-frame.ts'
import { finishProgressive, readScan, type Tables } from './jpeg-scan.ts'
import { orientationIn, upright } from './orientation.ts'
import { type DecodingLimits, type Picture, PictureFault } from './picture.ts'

/** A progressive picture of more scans is refused: each costs time and few bytes. Encoders write about ten. */
const mostScans = 100

/** @returns one channel for grey, otherwise red, green and blue; upright */
export function decodeJpeg(data: Uint8Array, limits: DecodingLimits): Picture {
  const tables: Tables = { divisors: [], dc: [], ac: [], restartInterval: 0 }
  let frame: Frame | undefined
  let scans = 0
  let orientation = 1
  let isJfif = false
  let adobe: number | undefined
  let position = 2
  for (;;) {
    position = nextMarker(data, position)
    const marker = data[position++]
    if (marker === undefined || marker === 0xd9) {
      if (marker === undefined && (frame === undefined || frame.isProgressive)) throw new PictureFault('it is cut off')
      break
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue
    const length = ((data[position] ?? 0) << 8) | (data[position + 1] ?? 0)
    if (position + length > data.length) throw new PictureFault('it is cut off')
    if (length < 2) throw new PictureFault('a segment in it is damaged')
    const segment = data.subarray(position + 2, position + length)
    position += length
    if (marker === 0xe0 && startsWith(segment, 'JFIF')) isJfif = true
    else if (marker === 0xe1 && orientation === 1) orientation = orientationIn(segment)
    else if (marker === 0xee && startsWith(segment, 'Adobe') && segment.length >= 12) adobe = segment[11]
    else if (marker === 0xdb) readDivisors(segment, tables)
    else if (marker === 0xc4) readHuffmanTables(segment, tables)
    else if (marker === 0xdd && segment.length >= 2) {
      tables.restartInterval = ((segment[0] as number) << 8) | (segment[1] as number)
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      if (frame !== undefined) throw new PictureFault('it has two frames')
      frame = readFrame(marker, segment, data.length - position, limits)
    } else if (marker === 0xda) {
      if (frame === undefined || ++scans > mostScans) throw new PictureFault('its scans are damaged')
      position = readScan(frame, tables, segment, data, position)
    }
  }
  if (frame === undefined || frame.components.some(({ divisors }) => divisors === undefined)) {
    throw new PictureFault('it is cut off')
  }
  if (frame.isProgressive) finishProgressive(frame)
  return upright(pixelsOf(frame, { isJfif, adobe }), orientation)
}

/** Where the second byte of the next marker is. */
function nextMarker(data: Uint8Array, start: number): number {
  let position = data.indexOf(0xff, start)
  while (position >= 0) {
    const next = data[position + 1]
    if (next === undefined) break
    if (next !== 0 && next !== 0xff) return position + 1
    position = data.indexOf(0xff, position + 1)
  }
  return data.length
}

function startsWith(segment: Uint8Array, text: string): boolean {
  return [...text].every((char, i) => segment[i] === char.charCodeAt(0))
}

function readDivisors(segment: Uint8Array, { divisors }: Tables): void {
  for (let position = 0; position < segment.length; ) {
    const isWide = (segment[position] as number) >> 4 !== 0
    const number = (segment[position++] as number) & 15
    if (position + (isWide ? 128 : 64) > segment.length) throw new PictureFault('a table of divisors in it is damaged')
    const table = new Uint16Array(64)
    for (const place of zigzag) {
      const high = isWide ? (segment[position++] as number) : 0
      table[place] = (high << 8) | (segment[position++] as number)
    }
    divisors[number] = table
  }
}

function readHuffmanTables(segment: Uint8Array, { dc, ac }: Tables): void {
  for (let position = 0; position < segment.length; ) {
    const number = segment[position] as number
    const counts = segment.subarray(position + 1, position + 17)
    const count = counts.reduce((sum, one) => sum + one, 0)
    position += 17
    if (counts.length < 16 || position + count > segment.length) {
      throw new PictureFault('a Huffman table in it is damaged')
    }
    const table = huffmanTable(counts, segment.subarray(position, position + count))
    ;(number >> 4 === 0 ? dc : ac)[number & 15] = table
    position += count
  }
}
