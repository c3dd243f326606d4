// The safetensors format: eight bytes with the header's length, a JSON header, then the values without gaps.
// https://github.com/huggingface/safetensors#format

import { assertMembers } from '../checks/arguments.ts'
import { contextOption, lackOf } from '../checks/members.ts'
import { assertOption, bytesOption, type OptionCheck } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import { ShapeError, WeightsError } from '../errors.ts'
import { type Shape, sizeOfShape } from '../shape.ts'
import type { Bytes } from '../stores/store.ts'
import { decoders } from './safetensors-decoders.ts'
import { type HeaderEntry, type ReadingContext, readHeader, refusal, truncated } from './safetensors-header.ts'
import { type Decoders, itemSizes, type StoredData, type StoredTensor, type TableEntry } from './safetensors-types.ts'

export type { StoredTensor, TableEntry } from './safetensors-types.ts'

/** What a safetensors file holds. */
export interface Safetensors {
  /** Free text by name, as it stands in the file: pass it to `printable` before printing it. */
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
 * @throws {WeightsError} when a tensor has the reserved name `__metadata__`, or values of a type that cannot be written
 */
export function writeSafetensors(contents: Safetensors): Bytes {
  assertMembers('writeSafetensors', 'contents', contents, {
    expected: 'the contents of a file',
    members: { metadata: isMapOf((text) => typeof text === 'string'), tensors: isMapOf(isStored) },
    fix: 'pass { metadata: new Map(), tensors: new Map([["x", { shape: [2], data: Float32Array.of(1, 2) }]]) }',
  })
  const { metadata, tensors } = contents
  for (const [name, { shape, data }] of tensors) assertWritable(name, shape, data)
  return writeTable(metadata, toTable(tensors))
}

/** {@link writeSafetensors} of tensors that are bytes already. */
export function writeTable(metadata: ReadonlyMap<string, string>, table: readonly TableEntry[]): Bytes {
  const entries: [string, unknown][] = metadata.size === 0 ? [] : [['__metadata__', Object.fromEntries(metadata)]]
  // Wide types first, otherwise in the given order (the sort is stable), so that every tensor is aligned.
  const widthOf = ({ dtype }: TableEntry) => itemSizes.get(dtype) ?? 1
  const ordered = [...table].sort((a, b) => widthOf(b) - widthOf(a))
  let size = 0
  for (const { name, dtype, shape, bytes } of ordered) {
    entries.push([name, { dtype, shape, data_offsets: [size, size + bytes.length] }])
    size += bytes.length
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const start = 8 + Math.ceil(header.length / 8) * 8
  const file = new Uint8Array(start + size)
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true)
  file.set(header, 8)
  file.fill(0x20, 8 + header.length, start) // spaces, which JSON ignores
  let at = start
  for (const { bytes } of ordered) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}

/**
 * Reads a safetensors file, and trusts nothing in it: every length, name and offset is checked before it is used, and
 * allocations stay in proportion to the file. Tensors whose values are not used cost nothing, and a tensor of an unknown type
 * does not keep the others from being read.
 *
 * @param bytes the whole file, borrowed until all the values that are wanted have been read
 * @param context how errors name the caller and the file
 * @returns copies of the values, made on first use: see {@link StoredTensor}
 * @throws {WeightsError} when the bytes are not exactly one well-formed file
 */
export function readSafetensors(bytes: Uint8Array, context: ReadingContext = {}): Safetensors {
  assertOption('readSafetensors', 'context', context, contextOption)
  const { metadata, entries } = readTable(bytes, context)
  return { metadata, tensors: tensorsOf(entries, context, decoders) }
}

/**
 * What a safetensors file lists, with nothing decoded.
 *
 * @param bytes the file, or its beginning, header and more
 * @param context how errors name the caller and the file
 * @param isWhole whether the values are there too. Defaults to true
 * @returns the tensors in the order of the file, as views of it
 * @throws {WeightsError} when the bytes are not exactly one well-formed file
 */
export function readTable(
  bytes: Uint8Array,
  context: ReadingContext,
  isWhole = true,
): { readonly metadata: ReadonlyMap<string, string>; readonly entries: readonly TableEntry[] } {
  assertOption(context.caller ?? 'readSafetensors', 'bytes', bytes, bytesOption)
  const { entries, metadata, values } = readHeader(bytes, context)
  const start = bytes.length - values.length
  let end = 0
  const table = entries.map((entry) => {
    const [begin, next] = entry.offsets
    if (begin !== end) {
      throw refusal(context, `the values of the tensor ${show(entry.name)} overlap others or leave a gap`, {
        facts: { Expected: `values from byte ${end}`, Received: `values from byte ${begin}` },
      })
    }
    end = next
    const { name, dtype } = entry
    const shape = checkShape(entry, context)
    if (isWhole && end > values.length) throw truncated(context, start + end, bytes.length)
    return { name, dtype, shape, bytes: values.subarray(begin, end) }
  })
  if (!isWhole || end === values.length) return { metadata, entries: table }
  throw refusal(context, 'bytes follow the last tensor', {
    facts: { Expected: `${start + end} bytes`, Received: `${bytes.length} bytes` },
  })
}

/** Tensors to write, as the table of their file; views. */
export function toTable(tensors: ReadonlyMap<string, StoredTensor>): TableEntry[] {
  return [...tensors].map(([name, { shape, data }]) => {
    return { name, dtype: dtypeOf(data) ?? '', shape, bytes: bytesOf(data) }
  })
}

/**
 * The tensors of a table, decoded when their values are used.
 *
 * @param by has a decoder for every type among them that can be read
 * @param keep whether decoded values are kept; if not, each use decodes them again, for callers that take one tensor at a time
 */
export function tensorsOf(
  entries: readonly TableEntry[],
  context: ReadingContext,
  by: Decoders,
  keep = true,
): Map<string, StoredTensor> {
  return new Map(
    entries.map((entry) => {
      const { name, dtype, shape } = entry
      let data: StoredData | undefined
      const tensor: StoredTensor = {
        dtype,
        shape,
        get data() {
          const values = data ?? decode(entry, context, by)
          if (keep) data = values
          return values
        },
      }
      return [name, tensor]
    }),
  )
}

function decode({ name, dtype, bytes }: TableEntry, context: ReadingContext, by: Decoders): StoredData {
  const decoder = Object.hasOwn(by, dtype) ? by[dtype] : undefined
  if (decoder === undefined) {
    throw refusal(context, `the type of the tensor ${show(name)} is not supported`, {
      facts: { Expected: [...itemSizes.keys()].join(', '), Received: show(dtype) },
      fix: 'convert the tensor to float32 before saving it, or do without its values',
    })
  }
  try {
    return decoder(bytes)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw refusal(context, `the tensor ${show(name)} cannot be read exactly: ${cause.message}`, {
      facts: { Expected: `${dtype} from -(2^53 - 1) to 2^53 - 1` },
      fix: 'convert the tensor to another type before saving it, or do without its values',
    })
  }
}

function checkShape({ name, dtype, shape, offsets: [begin, end] }: HeaderEntry, context: ReadingContext): Shape {
  if (!isShape(shape)) {
    throw refusal(context, `the shape of the tensor ${show(name)} is not a list of lengths`, {
      facts: { Expected: 'integers of at least 0, with a product below 2^53', Received: show(shape) },
    })
  }
  const itemSize = itemSizes.get(dtype)
  const needed = itemSize === undefined ? end - begin : sizeOfShape(shape) * itemSize
  if (end - begin !== needed) {
    throw refusal(context, `the tensor ${show(name)} does not have as many bytes as its shape needs`, {
      facts: { Expected: `${needed} bytes for ${dtype} of shape ${show(shape)}`, Received: `${end - begin} bytes` },
    })
  }
  return shape
}

function isShape(shape: readonly unknown[]): shape is Shape {
  let size = 1
  return shape.every((length) => {
    size *= Number(length)
    return Number.isSafeInteger(length) && Number(length) >= 0 && Number.isSafeInteger(size)
  })
}

/** The type that values are written as; undefined when they cannot be. */
function dtypeOf(data: StoredData): string | undefined {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Int32Array) return 'I32'
  return data instanceof Uint8Array ? 'U8' : undefined
}

function bytesOf({ buffer, byteOffset, byteLength }: StoredData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function assertWritable(name: string, shape: Shape, data: StoredTensor['data']): void {
  if (name === '__metadata__') {
    throw new WeightsError('`writeSafetensors` cannot write a tensor with the reserved name `__metadata__`.', {
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

function isMapOf(isGood: (value: unknown) => boolean): OptionCheck {
  return (map) =>
    map instanceof Map && [...map].every(([name, value]) => typeof name === 'string' && isGood(value))
      ? undefined
      : 'a Map by name'
}

function isStored(tensor: unknown): boolean {
  const isShape: OptionCheck = (shape) => (Array.isArray(shape) ? undefined : 'a shape')
  const isData: OptionCheck = (data) => (ArrayBuffer.isView(data) ? undefined : 'a typed array')
  return lackOf(tensor, { shape: isShape, data: isData }) === undefined
}

/** The tensor type that a file's values become, by name; the file's own type if tensors have none for it. */
export function typeOf(stored: StoredTensor): string {
  const dtype = stored.dtype ?? dtypeOf(stored.data) ?? ''
  return types[dtype] ?? dtype
}

const types: Readonly<Record<string, string>> = {
  F32: 'float32',
  F64: 'float32',
  F16: 'float32',
  BF16: 'float32',
  I32: 'int32',
  U8: 'bool',
  BOOL: 'bool',
}
