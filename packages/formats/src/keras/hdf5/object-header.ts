// The header of an object of an HDF5 file: its messages, of both versions of headers.
import type { Hdf5Bytes } from './hdf5-bytes.ts'

/** The kinds of messages that are read. */
export const messageKinds = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const

/** One message. */
export interface Message {
  readonly kind: number
  /** Where its content begins. */
  readonly at: number
  readonly size: number
}

/**
 * The messages of a header.
 *
 * @param file borrowed
 * @param address of the header
 */
export function readMessages(file: Hdf5Bytes, address: number): readonly Message[] {
  const isNew = String.fromCharCode(...file.slice(address, 4)) === 'OHDR'
  return isNew ? readNew(file, address) : readOld(file, address)
}

/** The first message of a kind. */
export function messageOf(messages: readonly Message[], kind: keyof typeof messageKinds): Message | undefined {
  return messages.find((message) => message.kind === messageKinds[kind])
}

function readOld(file: Hdf5Bytes, address: number): readonly Message[] {
  if (file.u8(address) !== 1) throw file.refuse('the header of one of its objects is damaged')
  const blocks: [at: number, size: number][] = [[address + 16, file.u32(address + 8)]]
  return readBlocks(file, blocks, { prefix: 8, kindSize: 2, flagsAt: 4, skip: 0, checksum: 0 })
}

function readNew(file: Hdf5Bytes, address: number): readonly Message[] {
  const flags = file.u8(address + 5)
  if (file.u8(address + 4) !== 2) throw file.refuse('the header of one of its objects is of an unknown version')
  const at = address + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0)
  const sizeLength = 1 << (flags & 3)
  const first: [number, number] = [at + sizeLength, file.uint(at, sizeLength)]
  const prefix = flags & 4 ? 6 : 4
  return readBlocks(file, [first], { prefix, kindSize: 1, flagsAt: 3, skip: 4, checksum: 4 })
}

interface Form {
  /** Bytes before a message's content. */
  readonly prefix: number
  readonly kindSize: number
  readonly flagsAt: number
  /** Bytes of the signature before the messages of a continued block. */
  readonly skip: number
  readonly checksum: number
}

/** Reads blocks of messages; a message that names another block adds it to the list. */
function readBlocks(
  file: Hdf5Bytes,
  blocks: [at: number, size: number][],
  { prefix, kindSize, flagsAt, skip, checksum }: Form,
): readonly Message[] {
  const messages: Message[] = []
  for (const [begin, length] of blocks) {
    file.slice(begin, length)
    let at = begin
    while (at + prefix <= begin + length) {
      file.step()
      const kind = file.uint(at, kindSize)
      const size = file.u16(at + kindSize)
      const message = { kind, at: at + prefix, size }
      if (message.at + size > begin + length) throw file.refuse('a message of one of its objects is damaged')
      if (kind === messageKinds.continuation) {
        const target = file.u64(message.at) ?? 0
        const targetLength = file.u64(message.at + 8) ?? 0
        if (skip > 0) file.expect(target, 'OCHK')
        blocks.push([target + skip, targetLength - skip - checksum])
      } else if (kind !== 0) {
        const isShared = (file.u8(at + flagsAt) & 2) !== 0
        if (isShared && kind === messageKinds.datatype) throw file.refuse('it has named data types', unsupported)
        messages.push(message)
      }
      at = message.at + size
    }
  }
  return messages
}

/** The fix for what HDF5 has and no library of neural networks writes. */
export const unsupported = {
  fix: "write it again with Python: h5py.File('new.h5', 'w') and create_dataset of plain arrays",
}
