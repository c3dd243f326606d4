// What the header of a PNG file says (ISO/IEC 15948, 11.2.2).
import { OptionError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { Png } from './events.ts'

/**
 * Reads the header of a PNG file.
 *
 * @param functionName the public function that received it, for messages
 * @param argument the argument's name, for messages
 * @param value as received
 * @throws {OptionError} when it is not a PNG file
 */
export function pngOf(functionName: string, argument: string, value: unknown): Png {
  if (value instanceof Uint8Array && value.length >= 29 && signature.every((byte, i) => value[i] === byte)) {
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
    const [width, height, channels] = [view.getUint32(16), view.getUint32(20), channelsOf[view.getUint8(25)]]
    if (width > 0 && height > 0 && channels !== undefined) return { bytes: value, height, width, channels }
  }
  throw new OptionError(`\`${functionName}\` received a bad \`${argument}\`.`, {
    facts: { Expected: 'the bytes of a PNG file, as a Uint8Array', Received: show(value) },
    fix: 'pass await encodePng(picture), with encodePng of @ae/images',
  })
}

/** The signature, and the length and name of the header's chunk. */
const signature = [137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82]

/** Channels by the type of colour; a palette has three. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }
