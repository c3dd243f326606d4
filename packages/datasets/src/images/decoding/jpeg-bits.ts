// The bits of a JPEG scan, and the Huffman codes in them (ITU-T T.81, annex F.2.2).
import { PictureFault } from './picture.ts'

/** The values of Huffman codes by their first bits. */
export interface HuffmanTable {
  /** For the next nine bits: length of the code * 256 + value, or 0 where the code is longer. */
  readonly short: Uint16Array
  /** For each length: the first code that is longer, aligned to 16 bits. */
  readonly ends: Int32Array
  /** For each length: what to add to a code to find its value. */
  readonly offsets: Int32Array
  readonly values: Uint8Array
}

const shortBits = 9

/**
 * @param counts how many codes there are of each length from 1 to 16
 * @param values of the codes, in their order
 */
export function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const short = new Uint16Array(1 << shortBits)
  const [ends, offsets] = [new Int32Array(17), new Int32Array(17)]
  let code = 0
  let index = 0
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] as number
    if (code + count > 1 << length) throw new PictureFault('a Huffman table in it is damaged')
    offsets[length] = index - code
    if (length <= shortBits) {
      for (let i = 0; i < count; i++) {
        const first = (code + i) << (shortBits - length)
        short.fill(length * 256 + (values[index + i] as number), first, first + (1 << (shortBits - length)))
      }
    }
    code += count
    index += count
    ends[length] = code << (16 - length)
    code <<= 1
  }
  return { short, ends, offsets, values }
}

/** Reads the bits of one scan. Past its end come zeros; `assertInside` tells whether any were used. */
export class BitReader {
  readonly #data: Uint8Array
  /** Where the next byte is; the marker that ends the bits is never passed. */
  position: number
  #bits = 0
  #count = 0
  #padding = 0

  constructor(data: Uint8Array, position: number) {
    this.#data = data
    this.position = position
  }

  /** The value of the next Huffman code. */
  decode(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill()
    const next = (this.#bits >>> (this.#count - 16)) & 0xffff
    const entry = table.short[next >> (16 - shortBits)] as number
    if (entry !== 0) {
      this.#count -= entry >> 8
      return entry & 255
    }
    for (let length = shortBits + 1; length <= 16; length++) {
      if (next >= (table.ends[length] as number)) continue
      this.#count -= length
      return table.values[(next >> (16 - length)) + (table.offsets[length] as number)] as number
    }
    throw new PictureFault('its data is damaged: there is a code that its tables do not have')
  }

  /** A number of up to 16 bits. */
  read(count: number): number {
    if (count === 0) return 0
    if (this.#count < count) this.#fill()
    this.#count -= count
    return (this.#bits >>> this.#count) & ((1 << count) - 1)
  }

  /** A signed number of up to 16 bits, in which a leading 0 says that it is negative (T.81, F.2.2.1). */
  readSigned(count: number): number {
    const value = this.read(count)
    return count === 0 || value >= 1 << (count - 1) ? value : value - (1 << count) + 1
  }

  /** @throws {PictureFault} when more bits were read than there are */
  assertInside(): void {
    if (this.#count < this.#padding) throw new PictureFault('it is cut off')
  }

  /** Goes past a restart marker to the next byte. */
  restart(): void {
    this.assertInside()
    this.#bits = this.#count = this.#padding = 0
    const marker = this.#data[this.position + 1] as number
    if (this.#data[this.position] !== 0xff || !(marker >= 0xd0 && marker <= 0xd7)) {
      throw new PictureFault('its data is damaged: a restart marker is missing')
    }
    this.position += 2
  }

  #fill(): void {
    while (this.#count <= 16) {
      let byte = this.#data[this.position]
      if (byte === undefined || (byte === 0xff && this.#data[this.position + 1] !== 0)) {
        this.#padding += 8
        byte = 0
      } else this.position += byte === 0xff ? 2 : 1
      this.#bits = (this.#bits << 8) | byte
      this.#count += 8
    }
  }
}
