// Reads the HDF5 files of Keras: groups, attributes and arrays of numbers. What it does not know it refuses.
// https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t4.html
import { type Shape, type StoredTensor, sizeOfShape, WeightsError } from '@ae/core'
import { decoders, show } from '@ae/core/internal'
import { readLayout, readShape } from './dataset.ts'
import { assertNumbers, type Datatype, readDatatype } from './datatype.ts'
import { denseObjects } from './fractal-heap.ts'
import { type Hdf5Bytes, type Hdf5Context, hdf5Bytes, withinBytes } from './hdf5-bytes.ts'
import { decodeText, isGroup, readLinks } from './links.ts'
import { type Message, messageKinds, messageOf, readMessages } from './object-header.ts'
import { unpack } from './unpack.ts'

/** What an attribute holds, as far as it is read: texts or numbers. */
type Hdf5Value = readonly string[] | readonly number[]

/** A group: a folder of the file. */
export interface Hdf5Group {
  readonly attributes: ReadonlyMap<string, Hdf5Value>
  readonly groups: ReadonlyMap<string, Hdf5Group>
  /** Arrays; their `data` is decoded on first use, which throws a `WeightsError` when it is damaged. */
  readonly arrays: ReadonlyMap<string, StoredTensor>
}

/** Whether bytes begin like an HDF5 file. */
export function isHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte)
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

/**
 * Reads a file, and trusts nothing in it.
 *
 * @param bytes the whole file, borrowed until the values of its arrays have been read
 * @param context how errors name the caller and the file
 * @throws {WeightsError} when it is damaged, or has what is not read
 */
export function readHdf5(bytes: Uint8Array, context: Hdf5Context): Hdf5Group {
  const file = hdf5Bytes(bytes, context)
  if (!isHdf5(bytes)) throw file.refuse('it does not begin like an HDF5 file')
  return withinBytes(file, () => readGroup(file, rootOf(file), '', new Map()))
}

/** The address of the root group. */
function rootOf(file: Hdf5Bytes): number {
  const version = file.u8(8)
  const isOld = version < 2
  if (version > 3) throw file.refuse('it is of a newer format', { facts: { Received: `superblock ${version}` } })
  const sizes = isOld ? 13 : 9
  if (file.u8(sizes) !== 8 || file.u8(sizes + 1) !== 8) throw file.refuse('its addresses are not of 8 bytes')
  const base = isOld ? 24 + 4 * version : 12
  if (file.u64(base) !== 0) throw file.refuse('it begins with a block of other data')
  return file.u64(base + (isOld ? 40 : 24)) ?? 0
}

function readGroup(file: Hdf5Bytes, address: number, path: string, known: Map<number, Hdf5Group | 'open'>): Hdf5Group {
  const before = known.get(address)
  if (before === 'open') throw file.refuse(`the group ${show(path)} contains itself`)
  if (before !== undefined) return before
  known.set(address, 'open')
  const messages = readMessages(file, address)
  const groups = new Map<string, Hdf5Group>()
  const arrays = new Map<string, StoredTensor>()
  for (const { name, address: member } of readLinks(file, messages)) {
    const own = `${path}/${name}`
    const found = readMessages(file, member)
    if (isGroup(found)) groups.set(name, readGroup(file, member, own, known))
    else if (messageOf(found, 'dataspace') !== undefined) {
      const array = readArray(file, own, found)
      if (array !== undefined) arrays.set(name, array)
    }
  }
  const group = { attributes: attributesOf(file, messages), groups, arrays }
  known.set(address, group)
  return group
}

function readArray(file: Hdf5Bytes, name: string, messages: readonly Message[]): StoredTensor | undefined {
  const [space, typeMessage] = [messageOf(messages, 'dataspace'), messageOf(messages, 'datatype')]
  if (space === undefined || typeMessage === undefined) return undefined
  const shape = readShape(file, space)
  if (shape === undefined) return undefined
  const type = assertNumbers(file, knownType(file, messages, readDatatype(file, typeMessage.at)), name)
  const layout = readLayout(file, name, messages, shape, type.size)
  let values: StoredTensor['data'] | undefined
  return {
    shape,
    dtype: type.dtype,
    get data() {
      values ??= withinBytes(file, () => {
        const bytes = unpack(file, name, layout, shape, type.size)
        return decode(file, name, type, bytes)
      })
      return values
    },
  }
}

/** Keras stores bfloat16 as two bytes of which HDF5 knows nothing, and says so in an attribute. */
function knownType(file: Hdf5Bytes, messages: readonly Message[], type: Datatype): Datatype {
  if (type.kind !== 'opaque' || type.size !== 2) return type
  if (attributesOf(file, messages).get('dtype')?.[0] !== 'bfloat16') return type
  return { kind: 'number', dtype: 'BF16', size: 2, isBigEndian: false }
}

function decode(
  file: Hdf5Bytes,
  name: string,
  { dtype, size, isBigEndian }: Extract<Datatype, { kind: 'number' }>,
  bytes: Uint8Array,
): StoredTensor['data'] {
  const own = isBigEndian ? reversed(bytes, size) : bytes
  try {
    return (decoders[dtype] as Decode)(own)
  } catch (cause) {
    if (WeightsError.isInstance(cause) || !(cause instanceof RangeError)) throw cause
    throw file.refuse(`the array ${show(name)} has whole numbers beyond 2^53`, { fix: 'write it again as floats' })
  }
}

type Decode = (bytes: Uint8Array) => StoredTensor['data']

/** Each value's bytes in the opposite order. */
function reversed(bytes: Uint8Array, size: number): Uint8Array {
  const values = bytes.slice()
  for (let at = 0; at < values.length; at += size) values.subarray(at, at + size).reverse()
  return values
}

function attributesOf(file: Hdf5Bytes, messages: readonly Message[]): ReadonlyMap<string, Hdf5Value> {
  const attributes = new Map<string, Hdf5Value>()
  const add = (at: number) => {
    const { name, value } = readAttribute(file, at)
    if (value !== undefined) attributes.set(name, value)
  }
  for (const { kind, at } of messages) if (kind === messageKinds.attribute) add(at)
  const info = messageOf(messages, 'attributeInfo')
  if (info !== undefined) {
    const at = info.at + 2 + (file.u8(info.at + 1) & 1 ? 2 : 0)
    const [heap, tree] = [file.u64(at), file.u64(at + 8)]
    if (heap !== undefined && tree !== undefined) for (const position of denseObjects(file, heap, tree)) add(position)
  }
  return attributes
}

function readAttribute(file: Hdf5Bytes, begin: number): { name: string; value: Hdf5Value | undefined } {
  const version = file.u8(begin)
  const [nameSize, typeSize, spaceSize] = [file.u16(begin + 2), file.u16(begin + 4), file.u16(begin + 6)]
  const padded = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size)
  let at = begin + (version === 3 ? 9 : 8)
  const name = decodeText(file.slice(at, nameSize)).replace(/\0.*$/s, '')
  at += padded(nameSize)
  const type = readDatatype(file, at)
  at += padded(typeSize)
  const shape = readShape(file, { kind: messageKinds.dataspace, at, size: spaceSize })
  at += padded(spaceSize)
  return { name, value: shape === undefined ? undefined : readValues(file, type, shape, at) }
}

function readValues(file: Hdf5Bytes, type: Datatype, shape: Shape, at: number): Hdf5Value | undefined {
  const count = sizeOfShape(shape)
  const content = file.slice(at, count * type.size)
  const texts = (read: (at: number) => string) => Array.from({ length: count }, (_, i) => read(at + i * type.size))
  if (type.kind === 'text') return texts((own) => decodeText(file.slice(own, type.size)).replace(/\0.*$/s, ''))
  if (type.kind === 'longText') return texts((own) => longText(file, own))
  if (type.kind !== 'number') return undefined
  return Array.from(decode(file, 'of an attribute', type, content))
}

/** A text that lies in a heap of the file: its length, the heap's address, and its number there. */
function longText(file: Hdf5Bytes, at: number): string {
  const [length, heap, number] = [file.u32(at), file.u64(at + 4), file.u32(at + 12)]
  if (length === 0 || heap === undefined || heap === 0) return ''
  file.expect(heap, 'GCOL')
  const end = heap + (file.u64(heap + 8) ?? 0)
  let object = heap + 16
  while (object + 16 <= end) {
    file.step()
    const [index, size] = [file.u16(object), file.u64(object + 8) ?? 0]
    if (index === 0) break
    if (index === number) return decodeText(file.slice(object + 16, Math.min(size, length))).replace(/\0.*$/s, '')
    object += 16 + Math.ceil(size / 8) * 8
  }
  throw file.refuse('one of its texts is missing')
}
