// The members of a group of an HDF5 file: their names, and where their headers are.
import { denseObjects } from './fractal-heap.ts'
import type { Hdf5Bytes } from './hdf5-bytes.ts'
import { type Message, messageKinds, messageOf } from './object-header.ts'

/** A member of a group. */
export interface Link {
  readonly name: string
  /** Of its header. */
  readonly address: number
}

/** Whether an object is a group. */
export function isGroup(messages: readonly Message[]): boolean {
  return messageOf(messages, 'symbolTable') !== undefined || messageOf(messages, 'linkInfo') !== undefined
}

/** The hard links of a group, by name; soft and external ones are left out. */
export function* readLinks(file: Hdf5Bytes, messages: readonly Message[]): Generator<Link> {
  const table = messageOf(messages, 'symbolTable')
  if (table !== undefined) yield* oldLinks(file, table.at)
  for (const { kind, at } of messages) if (kind === messageKinds.link) yield* readLink(file, at)
  const info = messageOf(messages, 'linkInfo')
  if (info === undefined) return
  const at = info.at + 2 + (file.u8(info.at + 1) & 1 ? 8 : 0)
  const heap = file.u64(at)
  const tree = file.u64(at + 8)
  if (heap === undefined || tree === undefined) return
  for (const position of denseObjects(file, heap, tree)) yield* readLink(file, position)
}

function* oldLinks(file: Hdf5Bytes, at: number): Generator<Link> {
  const [tree, heap] = [file.u64(at) ?? 0, file.u64(at + 8) ?? 0]
  file.expect(heap, 'HEAP')
  const [heapSize, heapData] = [file.u64(heap + 8) ?? 0, file.u64(heap + 24) ?? 0]
  const names = file.slice(heapData, heapSize)
  for (const node of leavesOf(file, tree)) {
    file.expect(node, 'SNOD')
    const count = file.u16(node + 6)
    for (let i = 0; i < count; i++) {
      file.step()
      const entry = node + 8 + 40 * i
      const nameAt = file.u64(entry) ?? 0
      const end = names.indexOf(0, nameAt)
      if (end < 0) throw file.refuse('the name of one of its members is damaged')
      const address = file.u64(entry + 8)
      if (address !== undefined) yield { name: decodeText(names.subarray(nameAt, end)), address }
    }
  }
}

/** The children of the lowest nodes of a B-tree of version 1 of a group. */
function* leavesOf(file: Hdf5Bytes, address: number, above?: number): Generator<number> {
  file.step()
  file.expect(address, 'TREE')
  const level = file.u8(address + 5)
  if (file.u8(address + 4) !== 0 || (above !== undefined && level !== above - 1)) {
    throw file.refuse('one of its tables is damaged')
  }
  const count = file.u16(address + 6)
  for (let i = 0; i < count; i++) {
    const child = file.u64(address + 32 + 16 * i) ?? 0
    if (level === 0) yield child
    else yield* leavesOf(file, child, level)
  }
}

function* readLink(file: Hdf5Bytes, begin: number): Generator<Link> {
  const flags = file.u8(begin + 1)
  let at = begin + 2
  const type = flags & 8 ? file.u8(at++) : 0
  if (flags & 4) at += 8 // creation order
  if (flags & 16) at += 1 // character set
  const lengthSize = 1 << (flags & 3)
  const length = file.uint(at, lengthSize)
  at += lengthSize
  const name = decodeText(file.slice(at, length))
  const address = type === 0 ? file.u64(at + length) : undefined
  if (address !== undefined) yield { name, address }
}

/** UTF-8; what is not becomes replacement characters. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

const decoder = /* @__PURE__ */ new TextDecoder()
