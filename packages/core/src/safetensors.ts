// The safetensors format: eight bytes with the header's length, a JSON header, then the values without a gap.
// https://github.com/huggingface/safetensors#format
import { ShapeError, WeightsError } from './errors.ts'
import { type HeaderEntry, type ReadingContext, readHeader, refusal, truncated } from './safetensors-header.ts'
import { type Shape, sizeOfShape } from './shape.ts'
import { show } from './show.ts'

/** The values of one tensor in a file. */
export interface StoredTensor {
  /** Axis lengths; `[]` is one value. */
  readonly shape: Shape
  /** The values in row-major order; stored as F32, I32 or U8. */
  readonly data: Float32Array | Int32Array | Uint8Array
}

/** What a safetensors file holds. */
export interface Safetensors {
  /** Free text by name. */
  readonly metadata: ReadonlyMap<string, string>
  /** The tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/**
 * Writes tensors as one safetensors file. The same tensors in the same order give the same bytes.
 *
 * @param contents borrowed
 * @returns the file; the values begin at a multiple of 8 bytes and every tensor at a multiple of its item size
 * @throws {ShapeError} when a tensor's shape and number of values differ
 * @throws {WeightsError} when a tensor has the reserved name `__metadata__`
 */
export function writeSafetensors({ metadata, tensors }: Safetensors): Uint8Array {
  const entries: [string, unknown][] = metadata.size === 0 ? [] : [['__metadata__', Object.fromEntries(metadata)]]
  // Wide types first, else in the given order (the sort is stable), so that no tensor lies unaligned.
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT)
  let size = 0
  for (const [name, { shape, data }] of ordered) {
    assertWritable(name, shape, data)
    entries.push([name, { dtype: dtypeOf(data), shape, data_offsets: [size, size + data.byteLength] }])
    size += data.byteLength
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const start = 8 + Math.ceil(header.length / 8) * 8
  const bytes = new Uint8Array(start + size)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true)
  bytes.set(header, 8)
  bytes.fill(0x20, 8 + header.length, start) // spaces, which JSON ignores
  let at = start
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

/**
 * Reads a safetensors file, and trusts nothing in it: every length, name and offset is checked before it is used, and
 * what is allocated stays in proportion to the file.
 *
 * @param bytes the whole file, borrowed
 * @param context how errors name the caller and the file
 * @returns copies of the values; F64, F16 and BF16 as float32
 * @throws {WeightsError} when the bytes are not exactly one well-formed file, or a type is not one of F32, F64, F16,
 * BF16, I32 and U8
 */
export function readSafetensors(bytes: Uint8Array, context: ReadingContext = {}): Safetensors {
  const { entries, metadata, values } = readHeader(bytes, context)
  const start = bytes.length - values.length
  const tensors = new Map<string, StoredTensor>()
  let end = 0
  for (const entry of entries) {
    const [begin, next] = entry.offsets
    if (begin !== end) {
      throw refusal(context, `the values of the tensor ${show(entry.name)} overlap others or leave a gap`, {
        facts: { Expected: `values from byte ${end}`, Received: `values from byte ${begin}` },
      })
    }
    end = next
    const { shape, reader } = checkEntry(entry, context)
    if (end > values.length) throw truncated(context, start + end, bytes.length)
    // A copy has a buffer of its own, which is aligned whatever the offset.
    tensors.set(entry.name, { shape, data: reader.decode(new Uint8Array(values.subarray(begin, end))) })
  }
  if (end === values.length) return { metadata, tensors }
  throw refusal(context, 'bytes follow the last tensor', {
    facts: { Expected: `${start + end} bytes`, Received: `${bytes.length} bytes` },
  })
}

interface Reader {
  readonly itemSize: number
  decode(copy: Uint8Array): StoredTensor['data']
}

/** The types that can be read. The wide and the narrow floats become float32. */
const readers: ReadonlyMap<unknown, Reader> = new Map<unknown, Reader>([
  ['F32', { itemSize: 4, decode: ({ buffer }) => new Float32Array(buffer) }],
  ['F64', { itemSize: 8, decode: ({ buffer }) => Float32Array.from(new Float64Array(buffer)) }],
  ['F16', { itemSize: 2, decode: ({ buffer }) => Float32Array.from(new Uint16Array(buffer), float16) }],
  ['BF16', { itemSize: 2, decode: ({ buffer }) => bfloat16s(new Uint16Array(buffer)) }],
  ['I32', { itemSize: 4, decode: ({ buffer }) => new Int32Array(buffer) }],
  ['U8', { itemSize: 1, decode: (copy) => copy }],
])

function checkEntry(
  { name, dtype, shape, offsets: [begin, end] }: HeaderEntry,
  context: ReadingContext,
): { shape: Shape; reader: Reader } {
  const reader = readers.get(dtype)
  if (reader === undefined) {
    throw refusal(context, `the type of the tensor ${show(name)} is not supported`, {
      facts: { Expected: [...readers.keys()].join(', '), Received: show(dtype) },
      fix: 'convert the tensor to float32 before saving it',
    })
  }
  if (!isShape(shape)) {
    throw refusal(context, `the shape of the tensor ${show(name)} is not a list of lengths`, {
      facts: { Expected: 'integers of at least 0, with a product below 2^53', Received: show(shape) },
    })
  }
  const needed = sizeOfShape(shape) * reader.itemSize
  if (end - begin !== needed) {
    throw refusal(context, `the tensor ${show(name)} has another number of bytes than its shape needs`, {
      facts: { Expected: `${needed} bytes for ${dtype} of shape ${show(shape)}`, Received: `${end - begin} bytes` },
    })
  }
  return { shape, reader }
}

function isShape(shape: readonly unknown[]): shape is Shape {
  let size = 1
  return shape.every((length) => {
    size *= Number(length)
    return Number.isSafeInteger(length) && Number(length) >= 0 && Number.isSafeInteger(size)
  })
}

function float16(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** A bfloat16 is the upper half of a float32. */
function bfloat16s(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer)
}

function dtypeOf(data: StoredTensor['data']): string | undefined {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Int32Array) return 'I32'
  return data instanceof Uint8Array ? 'U8' : undefined
}

function assertWritable(name: string, shape: Shape, data: StoredTensor['data']): void {
  if (name === '__metadata__') {
    throw new WeightsError('`writeSafetensors` cannot write a tensor of the reserved name `__metadata__`.', {
      fix: 'give the tensor another name',
    })
  }
  if (dtypeOf(data) === undefined) {
    throw new WeightsError(`\`writeSafetensors\` cannot write the type of the tensor ${show(name)}.`, {
      facts: { Expected: 'Float32Array, Int32Array or Uint8Array', Received: Object.prototype.toString.call(data) },
      fix: 'convert the values to float32',
    })
  }
  if (sizeOfShape(shape) === data.length) return
  throw new ShapeError(`\`writeSafetensors\` received values that do not fill the shape of ${show(name)}.`, {
    facts: { Expected: `${sizeOfShape(shape)} values for ${show(shape)}`, Received: `${data.length} values` },
    fix: 'pass as many values as the shape has',
  })
}
