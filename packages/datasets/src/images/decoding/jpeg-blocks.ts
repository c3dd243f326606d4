// Decodes the coefficients of one block of 8 x 8, in the five ways of JPEG (ITU-T T.81, annexes F.2 and G.2).
import type { BitReader, HuffmanTable } from './jpeg-bits.ts'
import { PictureFault } from './picture.ts'

/** Where the coefficients of a block lie, which the file holds in zigzag order. */
export const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
])

/** What decoding a block needs to know of its scan. */
export interface BlockContext {
  readonly bits: BitReader
  readonly dc: HuffmanTable
  readonly ac: HuffmanTable
  /** The first and the last coefficient of the scan. */
  readonly first: number
  readonly last: number
  /** The bit that a progressive scan adds. */
  readonly low: number
  /** The DC coefficient of the previous block. */
  predictor: number
  /** How many more blocks have only zeros in this scan. */
  zeroBlocks: number
}

/** Reads a block into `at` of the coefficients. */
export type BlockDecoder = (context: BlockContext, coefficients: Int16Array, at: number) => void

/** All coefficients at once. */
export const sequential: BlockDecoder = (context, coefficients, at) => {
  const { bits, dc, ac } = context
  context.predictor += bits.readSigned(category(bits.decode(dc)))
  coefficients[at] = context.predictor
  for (let k = 1; k < 64; k++) {
    const symbol = bits.decode(ac)
    const length = symbol & 15
    if (length === 0) {
      if (symbol !== 0xf0) return
      k += 15
      continue
    }
    k += symbol >> 4
    if (k > 63) throw tooMany()
    coefficients[at + (zigzag[k] as number)] = bits.readSigned(length)
  }
}

/** The high bits of DC. */
export const dcFirst: BlockDecoder = (context, coefficients, at) => {
  const { bits, dc, low } = context
  context.predictor += bits.readSigned(category(bits.decode(dc)))
  coefficients[at] = context.predictor << low
}

/** One more bit of DC. */
export const dcRefined: BlockDecoder = ({ bits, low }, coefficients, at) => {
  if (bits.read(1) === 1) (coefficients[at] as number) |= 1 << low
}

/** The high bits of some AC coefficients. */
export const acFirst: BlockDecoder = (context, coefficients, at) => {
  if (context.zeroBlocks > 0) {
    context.zeroBlocks--
    return
  }
  const { bits, ac, first, last, low } = context
  for (let k = first; k <= last; k++) {
    const symbol = bits.decode(ac)
    const run = symbol >> 4
    const length = symbol & 15
    if (length === 0) {
      if (run < 15) {
        context.zeroBlocks = (1 << run) - 1 + bits.read(run)
        return
      }
      k += 15
      continue
    }
    k += run
    if (k > 63) throw tooMany()
    coefficients[at + (zigzag[k] as number)] = bits.readSigned(length) << low
  }
}

/** One more bit of some AC coefficients. */
export const acRefined: BlockDecoder = (context, coefficients, at) => {
  const { bits, ac, first, last, low } = context
  const bit = 1 << low
  let k = first
  if (context.zeroBlocks === 0) {
    for (; k <= last; k++) {
      const symbol = bits.decode(ac)
      let run = symbol >> 4
      let value = 0
      if ((symbol & 15) !== 0) value = bits.read(1) === 1 ? bit : -bit
      else if (run < 15) {
        context.zeroBlocks = (1 << run) + bits.read(run)
        break
      }
      for (; k <= last; k++) {
        const place = at + (zigzag[k] as number)
        if (coefficients[place] !== 0) refine(bits, coefficients, place, bit)
        else if (run-- === 0) break
      }
      if (value === 0) continue
      if (k > 63) throw tooMany()
      coefficients[at + (zigzag[k] as number)] = value
    }
  }
  if (context.zeroBlocks === 0) return
  for (; k <= last; k++) {
    const place = at + (zigzag[k] as number)
    if (coefficients[place] !== 0) refine(bits, coefficients, place, bit)
  }
  context.zeroBlocks--
}

function refine(bits: BitReader, coefficients: Int16Array, place: number, bit: number): void {
  if (bits.read(1) === 0) return
  const value = coefficients[place] as number
  if ((value & bit) === 0) coefficients[place] = value + (value > 0 ? bit : -bit)
}

/** How many bits a DC difference has. */
function category(symbol: number): number {
  if (symbol > 15) throw new PictureFault('its data is damaged: a difference has more than 15 bits')
  return symbol
}

function tooMany(): PictureFault {
  return new PictureFault('its data is damaged: a block has more than 64 coefficients')
}
