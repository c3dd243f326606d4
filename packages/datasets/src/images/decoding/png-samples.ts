// The samples of a PNG as bytes: fewer bits become more, 16 bits are scaled to 8, colours come out of the palette, and
// transparent colours get an opacity of 0.
import { type Picture, PictureFault, type Size } from './picture.ts'

/** What a PNG says about its pixels. */
export interface PngHeader extends Size {
  /** Of a sample: 1, 2, 4, 8 or 16. */
  readonly bits: number
  /** 0 grey, 2 colours, 3 palette, 4 grey and opacity, 6 colours and opacity. */
  readonly colourType: number
  readonly isInterlaced: boolean
  /** Red, green and blue of each colour. */
  readonly palette: Uint8Array | undefined
  /** The opacity of each colour of the palette, or the one colour that is transparent. */
  readonly transparency: Uint8Array | undefined
}

/** One of the pictures that make up an interlaced one, and where its pixels are in that. */
export interface Pass extends Size {
  readonly x: number
  readonly y: number
  readonly stepX: number
  readonly stepY: number
}

/** @param rows those of all passes, without filters; each begins with a byte that counts for nothing */
export function samplesOf(header: PngHeader, rows: Uint8Array, passes: readonly Pass[]): Picture {
  const { width, height, bits, colourType, isInterlaced, transparency } = header
  const hasKey = transparency !== undefined && colourType <= 3
  const stored = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType] as number
  const colours = colourType === 3 ? 3 : stored
  const channels = hasKey ? colours + 1 : colours
  const data = new Uint8Array(width * height * channels)
  const read = readerOf(bits)
  const convert = converterOf(header)
  let start = 0
  for (const pass of passes) {
    const stride = pass.width === 0 ? 0 : 1 + Math.ceil((pass.width * stored * bits) / 8)
    for (let y = 0; y < pass.height; y++, start += stride) {
      if (bits === 8 && colourType !== 3 && !hasKey && !isInterlaced) {
        data.set(rows.subarray(start + 1, start + stride), y * width * channels)
        continue
      }
      const row = rows.subarray(start + 1, start + stride)
      const line = (pass.y + y * pass.stepY) * width
      for (let x = 0; x < pass.width; x++) {
        convert(row, read, x * stored, data, (line + pass.x + x * pass.stepX) * channels)
      }
    }
  }
  return { width, height, channels, data }
}

/** Reads a sample of a row. */
type Reader = (row: Uint8Array, index: number) => number

/** Reads the samples from `index` on and writes one pixel to `data` from `to` on. */
type Converter = (row: Uint8Array, read: Reader, index: number, data: Uint8Array, to: number) => void

function readerOf(bits: number): Reader {
  if (bits === 8) return (row, index) => row[index] as number
  if (bits === 16) return (row, index) => ((row[2 * index] as number) << 8) | (row[2 * index + 1] as number)
  const mask = (1 << bits) - 1
  return (row, index) => ((row[(index * bits) >> 3] as number) >> (8 - bits - ((index * bits) & 7))) & mask
}

function converterOf({ bits, colourType, palette, transparency }: PngHeader): Converter {
  if (colourType === 3) return paletteConverter(palette as Uint8Array, transparency)
  const stored = { 0: 1, 2: 3, 4: 2, 6: 4 }[colourType] as number
  const toByte = byteOf(bits)
  const key = colourType < 3 && transparency ? keyOf(transparency, stored) : undefined
  return (row, read, index, data, to) => {
    let isKey = true
    for (let i = 0; i < stored; i++) {
      const sample = read(row, index + i)
      data[to + i] = toByte(sample)
      if (key !== undefined && sample !== key[i]) isKey = false
    }
    if (key !== undefined) data[to + stored] = isKey ? 0 : 255
  }
}

function paletteConverter(palette: Uint8Array, transparency: Uint8Array | undefined): Converter {
  return (row, read, index, data, to) => {
    const colour = read(row, index)
    if (3 * colour + 2 >= palette.length) throw new PictureFault('its palette lacks a colour that it uses')
    data[to] = palette[3 * colour] as number
    data[to + 1] = palette[3 * colour + 1] as number
    data[to + 2] = palette[3 * colour + 2] as number
    if (transparency !== undefined) data[to + 3] = transparency[colour] ?? 255
  }
}

/** Scales a sample to 0 .. 255: to the nearest where it has 16 bits. */
function byteOf(bits: number): (sample: number) => number {
  if (bits === 8) return (sample) => sample
  if (bits === 16) return (sample) => (sample * 255 + 32_895) >> 16
  const factor = 255 / ((1 << bits) - 1)
  return (sample) => sample * factor
}

/** The samples of the colour that is transparent. */
function keyOf(transparency: Uint8Array, count: number): readonly number[] {
  if (transparency.length < 2 * count) throw new PictureFault('its chunk tRNS is damaged')
  return Array.from({ length: count }, (_, i) => {
    return ((transparency[2 * i] as number) << 8) | (transparency[2 * i + 1] as number)
  })
}
