// The .npy format of NumPy: a magic string, a version, the length of a header, the header (a Python literal), the values.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1.0, 2.0 and 3.0.
import { printable } from '../checks/printable.ts'
import { type Shape, sizeOfShape } from '../shape.ts'
import type { Refuse } from './refuse.ts'
import type { StoredTensor } from './safetensors.ts'
import { decoders } from './safetensors-decoders.ts'
import { itemSizes } from './safetensors-types.ts'

/** Whether bytes begin as a .npy file does. */
function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte)
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] // \x93NUMPY

/** What the header of a .npy file says. */
export interface NpyHeader {
  /** The type under the name that safetensors gives it, e.g. `F32`. */
  readonly dtype: string
  readonly isBigEndian: boolean
  /** Whether the first index changes fastest. */
  readonly isFortran: boolean
  readonly shape: Shape
  /** Where the values begin, in bytes. */
  readonly start: number
  /** Where they end. */
  readonly end: number
}

/**
 * The header of a .npy file.
 *
 * @param beginning its first bytes
 * @returns the header; or how many bytes are needed to read it
 * @throws what `refuse` makes, when it is malformed or of a type that holds no numbers
 */
export function readNpyHeader(beginning: Uint8Array, refuse: Refuse): NpyHeader | { readonly needs: number } {
  if (!isNpy(beginning) && beginning.length >= magic.length) throw notNpy(beginning, refuse)
  if (beginning.length < 12) return { needs: 12 }
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.byteLength)
  const version = beginning[6] as number
  if (version < 1 || version > 3) {
    throw refuse('an .npy file of an unknown version', {
      facts: { Expected: 'version 1, 2 or 3', Received: `version ${version}` },
      fix: 'save it again with np.save',
    })
  }
  const first = version === 1 ? 10 : 12
  const start = first + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true))
  if (start > mostHeader) {
    throw malformed(refuse, `a header of ${start} bytes, and NumPy writes ${mostHeader} at most for arrays of numbers`)
  }
  if (beginning.length < start) return { needs: start }
  // Field names are latin-1 before version 3.0, and UTF-8 from then on.
  const text = new TextDecoder(version < 3 ? 'latin1' : 'utf-8').decode(beginning.subarray(first, start))
  return parseHeader(text, start, refuse)
}

const mostHeader = 65_536 + 12

/**
 * The header of a .npy file of version 1.0, which its values follow: row-major, little-endian.
 *
 * @param shape of the array
 * @param type of its values
 * @returns its length is a multiple of 64, as NumPy has it
 */
export function npyHeader(shape: Shape, type: 'float32' | 'int32' | 'uint8'): Uint8Array {
  const descr = { float32: '<f4', int32: '<i4', uint8: '|u1' }[type]
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${lengths}), }`
  const length = 64 * Math.ceil((10 + text.length + 1) / 64)
  const header = new Uint8Array(length).fill(0x20) // spaces up to the line's end
  header.set([...magic, 1, 0, (length - 10) % 256, Math.floor((length - 10) / 256)])
  header.set(new TextEncoder().encode(text), 10)
  header[length - 1] = 0x0a
  return header
}

/**
 * Reads a .npy file.
 *
 * @param bytes the whole file, borrowed
 * @param refuse makes the error of a file that cannot be read
 * @returns the values in row-major order: a copy, of the types that safetensors gives (float64 becomes float32, 64-bit integers
 *   float64)
 * @throws what `refuse` makes: for files that are damaged, that hold no numbers, or integers beyond 2^53
 */
export function readNpy(bytes: Uint8Array, refuse: Refuse): StoredTensor {
  const header = readNpyHeader(bytes, refuse)
  if ('needs' in header) {
    if (bytes.length < magic.length) throw notNpy(bytes, refuse)
    throw truncated(refuse, `a header of ${header.needs} bytes`, bytes)
  }
  const { dtype, shape, isBigEndian, isFortran, start, end } = header
  const claim = `${end} bytes for [${shape.join(', ')}] of ${dtype}`
  if (bytes.length < end) throw truncated(refuse, claim, bytes)
  if (bytes.length > end) {
    throw refuse('an .npy file with bytes after its end', {
      facts: { Expected: claim, Received: `${bytes.length} bytes` },
      fix: 'read the arrays of a file with several np.save calls one by one, or save them with np.savez',
    })
  }
  const itemSize = itemSizes.get(dtype) ?? 1
  const stored = bytes.subarray(start)
  try {
    const data = decoders[dtype]?.(isBigEndian ? swapped(stored, itemSize) : stored) ?? stored
    return { dtype, shape, data: isFortran ? rowMajor(data, shape) : data }
  } catch (cause) {
    throw refuse('an .npy file with an integer that a JavaScript number cannot hold', {
      facts: { Expected: 'integers from -(2^53 - 1) to 2^53 - 1', Reason: (cause as Error).message },
      fix: "save it as floats: np.save(file, array.astype('float32'))",
      cause,
    })
  }
}

function parseHeader(text: string, start: number, refuse: Refuse): NpyHeader {
  const structured = /['"]descr['"]\s*:\s*\[/.test(text)
  const [, , descr = ''] = /['"]descr['"]\s*:\s*(['"])(.*?)\1/.exec(text) ?? []
  if (structured) {
    throw refuse('a structured array', {
      facts: { Expected: 'an array of numbers', Received: printable(text.trim(), 200) },
      fix: 'save its fields as one array: np.save(file, np.lib.recfunctions.structured_to_unstructured(array))',
    })
  }
  const [, order] = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(text) ?? []
  // Python 2 wrote the lengths as `3L`.
  const [, lengths] = /['"]shape['"]\s*:\s*\(((?:\s*\d{1,16}L?\s*,)*(?:\s*\d{1,16}L?)?\s*)\)/.exec(text) ?? []
  if (!/^\s*\{.*\}\s*$/s.test(text) || descr === '' || order === undefined || lengths === undefined) {
    throw malformed(refuse, printable(text.trim(), 200))
  }
  const dtype = typeNamed(descr, refuse)
  const shape = lengths
    .split(',')
    .filter((length) => length.trim() !== '')
    .map((length) => Number.parseInt(length, 10))
  const end = start + (shape.includes(0) ? 0 : sizeOfShape(shape) * (itemSizes.get(dtype) ?? 1))
  return { dtype, shape, isBigEndian: descr.startsWith('>'), isFortran: order === 'True', start, end }
}

const types: Readonly<Record<string, string>> = {
  f2: 'F16',
  f4: 'F32',
  f8: 'F64',
  i1: 'I8',
  i2: 'I16',
  i4: 'I32',
  i8: 'I64',
  u1: 'U8',
  u2: 'U16',
  u4: 'U32',
  u8: 'U64',
  b1: 'BOOL',
}

/** @throws unless it is a type of numbers, e.g. `<f4` */
function typeNamed(descr: string, refuse: Refuse): string {
  const [, code = ''] = /^[<>|=]?([a-zA-Z]\w*)/.exec(descr) ?? []
  const type = Object.hasOwn(types, code) ? types[code] : undefined
  if (type !== undefined) return type
  throw refuse(`an array of ${kindOf(code)}`, {
    facts: {
      Expected: 'booleans, integers of 8 to 64 bits, or floats of 16, 32 or 64 bits',
      Received: printable(descr, 60),
    },
    fix: cureOf(code),
  })
}

function kindOf(code: string): string {
  const kinds: Readonly<Record<string, string>> = {
    O: 'Python objects',
    U: 'text',
    S: 'byte strings',
    a: 'byte strings',
    c: 'complex numbers',
    M: 'dates',
    m: 'time spans',
    V: 'values without a type',
  }
  return kinds[code.charAt(0)] ?? 'a type that NumPy alone knows'
}

function cureOf(code: string): string {
  const kind = code.charAt(0)
  if (kind === 'O')
    return 'save numbers: np.save(file, np.stack(array).astype("float32")); objects are pickles, which can run code'
  if (kind === 'M' || kind === 'm') return "save them as numbers: np.save(file, array.astype('int64'))"
  if (kind === 'U' || kind === 'S' || kind === 'a')
    return 'give each text a number: np.unique(array, return_inverse=True)[1]'
  if (kind === 'c') return 'save real and imaginary parts: np.stack([array.real, array.imag], -1)'
  // NumPy writes bfloat16 as V2, and the eight-bit floats as V1 or f1: which of them it was is lost.
  return "convert it before saving, as bfloat16 and eight-bit floats lose their type: array.astype('float32')"
}

/** Copies the values with the bytes of each in reverse order. */
function swapped(bytes: Uint8Array, itemSize: number): Uint8Array {
  const out = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i += itemSize) {
    for (let byte = 0; byte < itemSize; byte++) out[i + byte] = bytes[i + itemSize - 1 - byte] as number
  }
  return out
}

/** From the order in which the first index changes fastest to the one in which the last does. */
function rowMajor<data extends StoredTensor['data']>(stored: data, shape: Shape): data {
  const out = new (stored.constructor as new (length: number) => data)(stored.length)
  const [rows = 1] = shape
  const stride = stored.length / rows
  const strides = shape.map((_, axis) => sizeOfShape(shape.slice(axis + 1)))
  const indices = shape.map(() => 0) // of a run along the first axis, which lies together
  let to = 0
  for (let from = 0; from < stored.length; from += rows) {
    for (let row = 0; row < rows; row++) out[to + row * stride] = stored[from + row] as number
    for (let axis = 1; axis < shape.length; axis++) {
      const index = (indices[axis] as number) + 1
      to += strides[axis] as number
      indices[axis] = index
      if (index < (shape[axis] as number)) break
      to -= index * (strides[axis] as number)
      indices[axis] = 0
    }
  }
  return out
}

function notNpy(bytes: Uint8Array, refuse: Refuse): Error {
  const received = Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return refuse('a file that is not .npy', {
    facts: { Expected: '93 4e 55 4d 50 59, which is \\x93NUMPY', Received: received || 'an empty file' },
    fix: bytes[0] === 0x50 && bytes[1] === 0x4b ? 'read archives with fromNpz' : 'pass a file written by np.save',
  })
}

function truncated(refuse: Refuse, expected: string, bytes: Uint8Array): Error {
  return refuse('a truncated .npy file', {
    facts: { Expected: expected, Received: `${bytes.length} bytes` },
    fix: 'copy or save the file again',
  })
}

function malformed(refuse: Refuse, received: string): Error {
  return refuse('an .npy file with a malformed header', {
    facts: { Expected: "{'descr': ..., 'fortran_order': ..., 'shape': ...}", Received: received },
    fix: 'copy or save the file again',
  })
}
