// The bytes of an HDF5 file, read as if an attacker had written them: nothing beyond the end, and no more steps than a file of this
// size can ask for.
// https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t4.html
import { AutoencoderError, type ErrorDetails, WeightsError } from '@ae/core'

/** Little-endian numbers by their position. Every read beyond the end of the file throws a RangeError. */
export interface Hdf5Bytes {
  /** How many there are. */
  readonly length: number
  u8(at: number): number
  u16(at: number): number
  u32(at: number): number
  /** A number of `size` bytes, up to 8. */
  uint(at: number, size: number): number
  /** A length, or a position in the file; undefined where the file says that there is none. */
  u64(at: number): number | undefined
  /** A view. */
  slice(at: number, length: number): Uint8Array
  /** The four characters that a block begins with. */
  expect(at: number, signature: string): void
  /** Counts one step, and refuses a file that asks for more of them than it has bytes. */
  step(): void
  /** The error for what cannot be read. */
  refuse(problem: string, details?: ErrorDetails): WeightsError
}

/** How errors name the caller and the file. */
export interface Hdf5Context {
  readonly caller: string
  readonly source: string
}

/** Reads bytes, borrowed. */
export function hdf5Bytes(bytes: Uint8Array, { caller, source }: Hdf5Context): Hdf5Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const refuse = (problem: string, details: ErrorDetails = {}) =>
    new WeightsError(`\`${caller}\` cannot read ${source}: ${problem}.`, { fix: damaged, ...details })
  const uint = (at: number, size: number) => {
    let value = 0
    for (let i = size - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i)
    return value
  }
  let steps = 0
  return {
    length: bytes.length,
    u8: (at) => view.getUint8(at),
    u16: (at) => view.getUint16(at, true),
    u32: (at) => view.getUint32(at, true),
    uint,
    u64(at) {
      const value = view.getBigUint64(at, true)
      if (value === nowhere) return undefined
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a position beyond 2^53')
      return Number(value)
    },
    slice(at, length) {
      if (at < 0 || length < 0 || at + length > bytes.length) throw new RangeError('a block beyond the end')
      return bytes.subarray(at, at + length)
    },
    expect(at, signature) {
      for (let i = 0; i < signature.length; i++) {
        if (bytes[at + i] === signature.charCodeAt(i)) continue
        throw refuse('one of its blocks is damaged', { facts: { Expected: signature } })
      }
    },
    step() {
      if (++steps > bytes.length) throw refuse('its tables go round in circles')
    },
    refuse,
  }
}

/** Runs `read`; reads beyond the end become designed errors. */
export function withinBytes<value>({ refuse }: Pick<Hdf5Bytes, 'refuse'>, read: () => value): value {
  try {
    return read()
  } catch (cause) {
    if (AutoencoderError.isInstance(cause) || !(cause instanceof RangeError)) throw cause
    throw refuse('it ends too early, or a position in it is damaged', { cause })
  }
}

const nowhere = 2n ** 64n - 1n
const damaged = 'the file is damaged: copy or download it again'
