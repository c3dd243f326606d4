// Decodes one scan of a JPEG: all blocks of some components, or some bits of them (ITU-T T.81, annexes B.2.3, F.2 and G.2).
import { BitReader, type HuffmanTable } from './jpeg-bits.ts'
import {
  acFirst,
  acRefined,
  type BlockContext,
  type BlockDecoder,
  dcFirst,
  dcRefined,
  sequential,
} from './jpeg-blocks.ts'
import type { Component, Frame } from './jpeg-frame.ts'
import { inverseTransform } from './jpeg-idct.ts'
import { PictureFault } from './picture.ts'

/** The tables that are in force at a scan, by their numbers. */
export interface Tables {
  readonly divisors: (Uint16Array | undefined)[]
  readonly dc: (HuffmanTable | undefined)[]
  readonly ac: (HuffmanTable | undefined)[]
  /** Units between two restart markers; 0 for none. */
  restartInterval: number
}

interface Part extends BlockContext {
  readonly component: Component
}

/**
 * @param segment the header of the scan
 * @param data the file
 * @param start where the bits begin
 * @returns where they end
 */
export function readScan(frame: Frame, tables: Tables, segment: Uint8Array, data: Uint8Array, start: number): number {
  const bits = new BitReader(data, start)
  const parts = partsOf(frame, tables, segment, bits)
  const decode = decoderOf(frame, segment)
  const [only] = parts
  const isAlone = parts.length === 1 && only !== undefined
  const wide = isAlone ? Math.ceil(only.component.width / 8) : frame.unitsAcross
  const high = isAlone ? Math.ceil(only.component.height / 8) : frame.unitsDown
  const interval = tables.restartInterval
  for (let unit = 0; unit < wide * high; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      bits.restart()
      for (const part of parts) part.predictor = part.zeroBlocks = 0
    }
    const [x, y] = [unit % wide, Math.floor(unit / wide)]
    if (isAlone) readBlock(frame, only, decode, x, y)
    else readUnit(frame, parts, decode, x, y)
    bits.assertInside()
  }
  return bits.position
}

function partsOf(frame: Frame, tables: Tables, segment: Uint8Array, bits: BitReader): readonly Part[] {
  const count = segment[0] ?? 0
  if (count === 0 || count > frame.components.length || segment.length < 4 + 2 * count) throw damaged()
  const [first, last, precision] = segment.subarray(1 + 2 * count) as unknown as [number, number, number]
  return Array.from({ length: count }, (_, i) => {
    const [id, numbers] = segment.subarray(1 + 2 * i) as unknown as [number, number]
    const component = frame.components.find((one) => one.id === id)
    if (component === undefined) throw damaged()
    if (component.divisors === undefined) component.divisors = tables.divisors[component.table]
    else if (!frame.isProgressive) throw damaged() // it was decoded before
    if (component.divisors === undefined) throw damaged()
    return {
      component,
      bits,
      dc: tables.dc[numbers >> 4] ?? none,
      ac: tables.ac[numbers & 15] ?? none,
      first,
      last,
      low: precision & 15,
      predictor: 0,
      zeroBlocks: 0,
    }
  })
}

/** A table without codes: using it is an error. */
const none: HuffmanTable = {
  short: new Uint16Array(512),
  ends: new Int32Array(17),
  offsets: new Int32Array(17),
  values: new Uint8Array(),
}

function decoderOf({ isProgressive }: Frame, segment: Uint8Array): BlockDecoder {
  if (!isProgressive) return sequential
  const count = segment[0] as number
  const [first, last, precision] = segment.subarray(1 + 2 * count) as unknown as [number, number, number]
  const isRefined = precision >> 4 !== 0
  if ((precision & 15) > 13 || last > 63 || first > last) throw damaged()
  if (first === 0) {
    if (last !== 0) throw damaged()
    return isRefined ? dcRefined : dcFirst
  }
  if (count !== 1) throw damaged()
  return isRefined ? acRefined : acFirst
}

function readUnit(frame: Frame, parts: readonly Part[], decode: BlockDecoder, x: number, y: number): void {
  for (const part of parts) {
    const { across, down } = part.component
    for (let v = 0; v < down; v++) {
      for (let h = 0; h < across; h++) readBlock(frame, part, decode, x * across + h, y * down + v)
    }
  }
}

/** Decodes a block; one of a progressive picture stays in the form of coefficients until the last scan. */
function readBlock({ isProgressive }: Frame, part: Part, decode: BlockDecoder, x: number, y: number): void {
  const { component } = part
  const { coefficients, blocksAcross } = component
  if (isProgressive) decode(part, coefficients, 64 * (y * blocksAcross + x))
  else {
    coefficients.fill(0)
    decode(part, coefficients, 0)
    transformBlock(component, 0, x, y)
  }
}

/** Computes the pixels of all blocks of a progressive picture. */
export function finishProgressive({ components }: Frame): void {
  for (const component of components) {
    const { blocksAcross, blocksDown } = component
    for (let y = 0; y < blocksDown; y++) {
      for (let x = 0; x < blocksAcross; x++) transformBlock(component, 64 * (y * blocksAcross + x), x, y)
    }
  }
}

function transformBlock({ coefficients, divisors, plane, blocksAcross }: Component, at: number, x: number, y: number) {
  if (divisors === undefined) throw damaged()
  inverseTransform(coefficients, at, divisors, plane, 64 * y * blocksAcross + 8 * x, 8 * blocksAcross)
}

function damaged(): PictureFault {
  return new PictureFault('the header of a scan in it is damaged')
}
