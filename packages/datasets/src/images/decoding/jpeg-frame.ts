// The header of a JPEG frame, and the memory for what it holds (ITU-T T.81, annexes A.1 and B.2.2).
import { assertAllowed, type DecodingLimits, PictureFault } from './picture.ts'

/** One of the colours of a picture, or its brightness. */
export interface Component {
  readonly id: number
  /** How many of its blocks there are in a unit, across and down. */
  readonly across: number
  readonly down: number
  /** The number of its table of divisors. */
  readonly table: number
  /** Its samples, without the padding of blocks. */
  readonly width: number
  readonly height: number
  /** Its blocks, with the padding of units. */
  readonly blocksAcross: number
  readonly blocksDown: number
  /** `8 * blocksDown` rows of `8 * blocksAcross` bytes. */
  readonly plane: Uint8Array
  /** Of all blocks in a progressive picture, or of one. */
  readonly coefficients: Int16Array
  /** Its divisors, from its first scan on. */
  divisors: Uint16Array | undefined
}

/** A picture before it is decoded. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly isProgressive: boolean
  readonly components: readonly Component[]
  /** The most blocks of a component in a unit, across and down. */
  readonly across: number
  readonly down: number
  /** How many units there are. */
  readonly unitsAcross: number
  readonly unitsDown: number
}

/**
 * @param marker the second byte of the marker: 0xc0 to 0xcf
 * @param segment what follows the length
 * @param remaining how many bytes of the file may hold the picture
 * @throws {PictureFault} when JPEG's rarer variants, or too many pixels, are asked for
 */
export function readFrame(marker: number, segment: Uint8Array, remaining: number, limits: DecodingLimits): Frame {
  if (marker > 0xc2) throw rare(marker > 0xc8 ? 'arithmetic coding' : 'lossless or hierarchical coding')
  if (segment.length < 6) throw damaged()
  const view = new DataView(segment.buffer, segment.byteOffset, segment.length)
  const [precision, height, width, count] = [view.getUint8(0), view.getUint16(1), view.getUint16(3), view.getUint8(5)]
  if (precision !== 8) throw rare(`${precision} bits a sample`)
  if (count !== 1 && count !== 3 && count !== 4) throw rare(`${count} colours`)
  if (segment.length < 6 + 3 * count) throw damaged()
  assertAllowed({ width, height }, limits)
  const specified = Array.from({ length: count }, (_, i) => {
    const [id, factors, table] = segment.subarray(6 + 3 * i) as unknown as [number, number, number]
    return { id, across: factors >> 4, down: factors & 15, table }
  })
  if (
    specified.some(({ across, down, table }) => ![1, 2, 4].includes(across) || ![1, 2, 4].includes(down) || table > 3)
  ) {
    throw specified.some(({ across, down }) => across === 3 || down === 3)
      ? rare('colours sampled by three')
      : damaged()
  }
  const across = Math.max(...specified.map((one) => one.across))
  const down = Math.max(...specified.map((one) => one.down))
  const [unitsAcross, unitsDown] = [Math.ceil(width / (8 * across)), Math.ceil(height / (8 * down))]
  if ((unitsAcross * unitsDown) / 8 > remaining) throw new PictureFault('it is cut off') // a unit has at least one bit
  const isProgressive = marker === 0xc2
  const components = specified.map((one) => {
    // A picture of one component is not divided into units of several blocks.
    const own = count === 1 ? { ...one, across: 1, down: 1 } : one
    const size = {
      width: Math.ceil((width * one.across) / across),
      height: Math.ceil((height * one.down) / down),
    }
    const blocksAcross = count === 1 ? Math.ceil(width / 8) : unitsAcross * one.across
    const blocksDown = count === 1 ? Math.ceil(height / 8) : unitsDown * one.down
    return {
      ...own,
      ...size,
      blocksAcross,
      blocksDown,
      plane: new Uint8Array(64 * blocksAcross * blocksDown),
      coefficients: new Int16Array(isProgressive ? 64 * blocksAcross * blocksDown : 64),
      divisors: undefined,
    }
  })
  if (count === 1) {
    const units = { unitsAcross: Math.ceil(width / 8), unitsDown: Math.ceil(height / 8) }
    return { width, height, isProgressive, components, across: 1, down: 1, ...units }
  }
  return { width, height, isProgressive, components, across, down, unitsAcross, unitsDown }
}

function rare(what: string): PictureFault {
  return new PictureFault(
    `it is a JPEG with ${what}`,
    'save it as an ordinary JPEG (baseline or progressive, 8 bits) or a PNG',
  )
}

function damaged(): PictureFault {
  return new PictureFault('its frame header is damaged')
}
