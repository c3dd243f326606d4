// The IDX file format, read strictly: two zero bytes, the type of the values, the number of axes, the length of each axis as
// a big-endian uint32, then the values in row-major order and nothing more (LeCun, Cortes and Burges, "The MNIST database").
import { type DatasetError, type Shape, sizeOfShape } from '@ae/core'
import { assertOption, type OptionCheck, show } from '@ae/core/internal'
import { fileError, type Origin } from './file-error.ts'

/** What an IDX file holds. */
export interface Idx {
  /** The length of each axis, the first being the number of examples; `[60000, 28, 28]` for MNIST. */
  readonly shape: Shape
  /** The values in row-major order, in the typed array of their type in the file. */
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
}

/**
 * Decodes an IDX file of any of its six types: uint8, int8, int16, int32, float32 and float64.
 *
 * @param bytes the whole file, unpacked; borrowed
 * @returns shape and values; values of type uint8 are a view into `bytes`, the others a copy
 * @throws {OptionError} when `bytes` is neither a Uint8Array nor an ArrayBuffer
 * @throws {DatasetError} when the bytes are not IDX, hold another type, or are too few or too many
 * @example
 * ```ts
 * const { shape, values } = decodeIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 5, 0])) // [2], 5 and 0
 * ```
 */
export function decodeIdx(bytes: Uint8Array | ArrayBuffer): Idx {
  assertOption('decodeIdx', 'bytes', bytes, bytesOption)
  return readIdx(asBytes(bytes), { caller: 'decodeIdx', file: 'bytes' })
}

/**
 * The same with the file named in messages.
 *
 * @param bytes the file, or its beginning
 * @param length how many bytes the whole file has
 * @returns the shape of all; the values that `bytes` has
 */
export function readIdx(bytes: Uint8Array, origin: Origin, length: number = bytes.length): Idx {
  const header = readHeader(bytes)
  if (header === undefined) throw badHeader(bytes, origin)
  const { type, shape } = header
  // Lengths are what the file claims: nothing is allocated before the file is known to be that long.
  const expected = claimedBytes(header)
  const count = (expected - header.length) / type.width
  if (length < expected) throw truncated(origin, claimOf(header), `${length} bytes`)
  if (length > expected) throw overlong(origin, header, `${length} bytes`)
  const present = Math.min(count, Math.floor((bytes.length - header.length) / type.width))
  return { shape, values: type.read(viewOf(bytes), header.length, present) }
}

/**
 * How many bytes of an IDX file its first examples take.
 *
 * @param beginning of the file
 * @param count of the examples; all when undefined
 * @returns Infinity for all, and where there is no header of an IDX file
 */
export function lengthOfFirst(beginning: Uint8Array, count: number | undefined): number {
  const header = count === undefined ? undefined : readHeader(beginning)
  if (count === undefined || header === undefined) return Number.POSITIVE_INFINITY
  const [, ...example] = header.shape
  return header.length + (example.includes(0) ? 0 : count * sizeOfShape(example) * header.type.width)
}

/** What the header of an IDX file claims of it. */
export interface Header {
  readonly type: Type
  readonly shape: Shape
  /** In bytes. */
  readonly length: number
}

/** The bytes of the whole file; Infinity where that overflows. */
export function claimedBytes({ shape, type, length }: Header): number {
  return length + (shape.includes(0) ? 0 : sizeOfShape(shape) * type.width)
}

/** The same for a message. */
export function claimOf(header: Header): string {
  return `${claimedBytes(header)} bytes for ${show(header.shape)} of ${header.type.name}`
}

/** The error of a file with bytes after the end that its header claims. */
export function overlong(origin: Origin, header: Header, received: string): DatasetError {
  return fileError(origin, 'an IDX file with bytes after its end', {
    facts: { Expected: claimOf(header), Received: received },
    fix: 'download or write the file again',
  })
}

/** The error of a file that ends before the end that its header claims. */
export function truncated(origin: Origin, expected: string, received: string): DatasetError {
  return fileError(origin, 'a truncated IDX file', {
    facts: { Expected: expected, Received: received },
    fix: 'download or copy the file again',
  })
}

/** The header; undefined unless all of it is there and its type is known. */
export function readHeader(bytes: Uint8Array): Header | undefined {
  const length = headerLength(bytes)
  const type = types.get(bytes[2] ?? -1)
  if (length === undefined || type === undefined || bytes.length < length) return undefined
  const view = viewOf(bytes)
  return { type, length, shape: Array.from({ length: (length - 4) / 4 }, (_, axis) => view.getUint32(4 + 4 * axis)) }
}

/** The length of the header in bytes, from its first four; undefined unless they begin an IDX file of a known type. */
export function headerLength([first, second, typeByte, axes]: Uint8Array): number | undefined {
  return first === 0 && second === 0 && types.has(typeByte ?? -1) ? 4 + 4 * (axes ?? 0) : undefined
}

function badHeader(bytes: Uint8Array, origin: Origin): DatasetError {
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) {
    return fileError(origin, 'a file that is not IDX', {
      facts: { Expected: '00 00, a type and a number of axes', Received: hex(bytes.subarray(0, 4)) },
      fix: isGzip(bytes) ? 'unpack it first: it is gzip' : 'pass an IDX file, such as train-images-idx3-ubyte',
    })
  }
  if (!types.has(bytes[2] as number)) {
    return fileError(origin, 'an IDX file of an unsupported type', {
      facts: {
        Expected: [...types].map(([code, { name }]) => `${hex([code])} (${name})`).join(', '),
        Received: hex(bytes.subarray(2, 3)),
      },
      fix: 'write the file with one of these types',
    })
  }
  return truncated(origin, `a header of ${4 + 4 * (bytes[3] as number)} bytes`, `${bytes.length} bytes`)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Bytes in memory. */
export const bytesOption: OptionCheck = (value) =>
  value instanceof Uint8Array || value instanceof ArrayBuffer ? undefined : 'a Uint8Array or an ArrayBuffer'

/** Whether these bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Bytes as a plain `Uint8Array` (a Node `Buffer` is not one where it counts: its `slice` does not copy). */
export function asBytes(source: Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(source))
    return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength)
  return new Uint8Array(source)
}

interface Type {
  readonly name: string
  /** Bytes of a value. */
  readonly width: number
  readonly read: (view: DataView, start: number, count: number) => Idx['values']
}

const types: ReadonlyMap<number, Type> = /* @__PURE__ */ new Map([
  [0x08, /* @__PURE__ */ typeOf(Uint8Array)],
  [0x09, /* @__PURE__ */ typeOf(Int8Array)],
  [0x0b, /* @__PURE__ */ typeOf(Int16Array)],
  [0x0c, /* @__PURE__ */ typeOf(Int32Array)],
  [0x0d, /* @__PURE__ */ typeOf(Float32Array)],
  [0x0e, /* @__PURE__ */ typeOf(Float64Array)],
])

/** Bytes are a view of the file; other values are copied one by one, being big-endian. */
function typeOf(create: {
  new (length: number): Idx['values']
  readonly name: string
  readonly BYTES_PER_ELEMENT: number
}): Type {
  const name = create.name.slice(0, -5) as 'Int16' // or another that DataView reads
  const width = create.BYTES_PER_ELEMENT
  return {
    name: name.toLowerCase(),
    width,
    read(view, start, count) {
      if (create === Uint8Array) return new Uint8Array(view.buffer, view.byteOffset + start, count)
      return new create(count).map((_, i) => view[`get${name}`](start + i * width))
    },
  }
}

function hex(bytes: ArrayLike<number>): string {
  if (bytes.length === 0) return 'an empty file'
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
