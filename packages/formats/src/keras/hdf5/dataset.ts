// The values of a dataset of an HDF5 file. The filters are checked before anything is trusted: a reader that skips one that it does
// not know returns numbers that nobody stored.
import { type Shape, sizeOfShape } from '@ae/core'
import { show } from '@ae/core/internal'
import type { Hdf5Bytes } from './hdf5-bytes.ts'
import { type Message, messageOf, unsupported } from './object-header.ts'

/** How the chunks of a dataset are packed, the last filter that was applied first. */
export interface Filter {
  readonly id: number
  readonly name: string
}

/** Filters by their number. */
export const filterIds = { deflate: 1, shuffle: 2, fletcher32: 3 } as const

/** Where a part of a dataset is. */
export interface Chunk {
  /** The position of its first value. */
  readonly offset: readonly number[]
  readonly at: number
  /** In the file. */
  readonly size: number
  /** The filters that were left out: bit i for the filter i. */
  readonly skipped: number
}

/** Where the values of a dataset are. */
export type Layout =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'chunks'
      readonly chunkShape: Shape
      readonly chunks: readonly Chunk[]
      readonly filters: readonly Filter[]
    }

/** The lengths of the axes; undefined when there is no value at all. */
export function readShape(file: Hdf5Bytes, { at }: Message): number[] | undefined {
  const [version, rank] = [file.u8(at), file.u8(at + 1)]
  if (version !== 1 && version !== 2) throw file.refuse('the shape of one of its arrays is of an unknown version')
  if (version === 2 && file.u8(at + 3) === 2) return undefined
  const first = at + (version === 1 ? 8 : 4)
  const shape = Array.from({ length: rank }, (_, axis) => file.u64(first + 8 * axis) ?? 0)
  if (!Number.isSafeInteger(8 * shape.reduce((size, length) => size * length, 1))) throw new RangeError('a shape')
  return shape
}

/**
 * Where the values are, after all checks that need no decoding.
 *
 * @param file borrowed
 * @param name of the dataset, for messages
 * @param messages of its header
 * @param shape of it
 * @param itemSize bytes of one value
 */
export function readLayout(
  file: Hdf5Bytes,
  name: string,
  messages: readonly Message[],
  shape: Shape,
  itemSize: number,
): Layout {
  const message = messageOf(messages, 'layout')
  const bytes = itemSize * sizeOfShape(shape)
  if (message === undefined) throw file.refuse(`the array ${show(name)} has no values`)
  const { at } = message
  const [version, kind] = [file.u8(at), file.u8(at + 1)]
  if (version < 3 || version > 5) throw file.refuse(`the layout of ${show(name)} is of an unknown version`, unsupported)
  if (kind === 0) return { kind: 'whole', bytes: file.slice(at + 4, Math.min(bytes, file.u16(at + 2))).slice() }
  if (kind === 1) {
    const address = file.u64(at + 2)
    if (address === undefined && bytes > 0) throw file.refuse(`the values of ${show(name)} were never written`)
    return { kind: 'whole', bytes: file.slice(address ?? 0, bytes) }
  }
  if (kind !== 2) throw file.refuse(`the layout of ${show(name)} is of an unknown kind`, unsupported)
  const filters = readFilters(file, name, messages)
  const index = version === 3 ? oldIndex(file, at) : newIndex(file, name, at, shape, filters.length > 0)
  const { chunkShape, chunkItemSize, chunks } = index
  if (chunkShape.length !== shape.length || chunkItemSize !== itemSize || chunkShape.includes(0)) {
    throw file.refuse(`the chunks of ${show(name)} are damaged`)
  }
  // Chunks that share bytes could unpack to any size.
  if (chunks.reduce((sum, { size }) => sum + size, 0) > file.length)
    throw file.refuse(`the chunks of ${show(name)} overlap`)
  const needed = shape.reduce((count, length, axis) => count * Math.ceil(length / (chunkShape[axis] ?? 1)), 1)
  if (chunks.length !== needed || new Set(chunks.map(({ offset }) => offset.join())).size !== needed) {
    throw file.refuse(`some chunks of ${show(name)} were never written`, {
      facts: { Expected: `${needed} chunks`, Received: String(chunks.length) },
    })
  }
  return { kind: 'chunks', chunkShape, chunks, filters }
}

function readFilters(file: Hdf5Bytes, name: string, messages: readonly Message[]): readonly Filter[] {
  const message = messageOf(messages, 'filters')
  if (message === undefined) return []
  const [version, count] = [file.u8(message.at), file.u8(message.at + 1)]
  let at = message.at + (version === 1 ? 8 : 2)
  return Array.from({ length: count }, () => {
    const id = file.u16(at)
    const hasName = version === 1 || id >= 256
    const nameSize = hasName ? file.u16(at + 2) : 0
    at += hasName ? 4 : 2
    const values = file.u16(at + 2)
    const text = new TextDecoder().decode(file.slice(at + 4, nameSize)).replace(/\0.*$/s, '')
    at += 4 + nameSize + 4 * (version === 1 && values % 2 === 1 ? values + 1 : values)
    const known = Object.entries(filterIds).find(([, known]) => known === id)?.[0]
    if (known !== undefined) return { id, name: known }
    throw file.refuse(`the values of ${show(name)} are compressed with a filter that is not read`, {
      facts: { Expected: Object.keys(filterIds).join(', '), Received: text === '' ? `filter ${id}` : text },
      fix: "write it again with Python, with compression='gzip' or none",
    })
  })
}

interface Index {
  readonly chunkShape: Shape
  readonly chunkItemSize: number
  readonly chunks: readonly Chunk[]
}

/** The index of version 3: a B-tree. */
function oldIndex(file: Hdf5Bytes, at: number): Index {
  const axes = file.u8(at + 2)
  const tree = file.u64(at + 3)
  const lengths = Array.from({ length: axes }, (_, axis) => file.u32(at + 11 + 4 * axis))
  const chunks: Chunk[] = []
  const visit = (node: number, above?: number): void => {
    file.step()
    file.expect(node, 'TREE')
    const level = file.u8(node + 5)
    if (file.u8(node + 4) !== 1 || (above !== undefined && level !== above - 1)) {
      throw file.refuse('one of its tables is damaged')
    }
    const count = file.u16(node + 6)
    const keySize = 8 + 8 * axes
    for (let i = 0; i < count; i++) {
      file.step()
      const key = node + 24 + i * (keySize + 8)
      const child = file.u64(key + keySize) ?? 0
      if (level > 0) {
        visit(child, level)
        continue
      }
      const offset = Array.from({ length: axes - 1 }, (_, axis) => file.u64(key + 8 + 8 * axis) ?? 0)
      chunks.push({ offset, at: child, size: file.u32(key), skipped: file.u32(key + 4) })
    }
  }
  if (tree !== undefined) visit(tree)
  return { chunkShape: lengths.slice(0, -1), chunkItemSize: lengths.at(-1) ?? 0, chunks }
}

/** The indices of versions 4 and 5 for arrays that do not grow: one chunk, all in a row, or a list. */
function newIndex(file: Hdf5Bytes, name: string, at: number, shape: Shape, isFiltered: boolean): Index {
  const [flags, axes, lengthSize] = [file.u8(at + 2), file.u8(at + 3), file.u8(at + 4)]
  const lengths = Array.from({ length: axes }, (_, axis) => file.uint(at + 5 + lengthSize * axis, lengthSize))
  const [chunkShape, chunkItemSize] = [lengths.slice(0, -1), lengths.at(-1) ?? 0]
  const whole = lengths.reduce((size, length) => size * length, 1)
  const kind = file.u8(at + 5 + lengthSize * axes)
  const rest = at + 6 + lengthSize * axes
  const index = (places: readonly (Omit<Chunk, 'offset'> & { readonly at: number })[]) => {
    const grid = shape.map((length, axis) => Math.ceil(length / (chunkShape[axis] || 1)))
    const chunks = places.map((place, i) => ({ ...place, offset: positionIn(grid, i, chunkShape) }))
    return { chunkShape, chunkItemSize, chunks }
  }
  if (kind === 1) {
    const isPacked = (flags & 2) !== 0
    const size = isPacked ? (file.u64(rest) ?? 0) : whole
    const skipped = isPacked ? file.u32(rest + 8) : 0
    const address = file.u64(isPacked ? rest + 12 : rest)
    return index(address === undefined ? [] : [{ at: address, size, skipped }])
  }
  const count = shape.reduce((product, length, axis) => product * Math.ceil(length / (chunkShape[axis] || 1)), 1)
  if (kind === 2) {
    const address = file.u64(rest) ?? 0
    if (whole === 0) return index([])
    file.slice(address, count * whole)
    return index(Array.from({ length: count }, (_, i) => ({ at: address + i * whole, size: whole, skipped: 0 })))
  }
  if (kind !== 3) throw file.refuse(`the array ${show(name)} can grow, which is not read`, unsupported)
  const header = file.u64(rest + 1) ?? 0
  file.expect(header, 'FAHD')
  const [entrySize, pageBits, entries] = [file.u8(header + 6), file.u8(header + 7), file.u64(header + 8) ?? 0]
  const block = file.u64(header + 16)
  if (block === undefined) return index([])
  if (entries > 2 ** pageBits) throw file.refuse(`the array ${show(name)} has very many chunks`, unsupported)
  file.expect(block, 'FADB')
  file.slice(block + 14, entries * entrySize)
  const places = Array.from({ length: entries }, (_, i) => {
    const entry = block + 14 + i * entrySize
    const address = file.u64(entry)
    const size = isFiltered ? file.uint(entry + 8, Math.min(8, entrySize - 12)) : whole
    const skipped = isFiltered ? file.u32(entry + entrySize - 4) : 0
    return address === undefined ? undefined : { at: address, size, skipped }
  })
  return index(places.filter((place) => place !== undefined))
}

/** The first value of chunk `i` of a grid in row-major order. */
function positionIn(grid: readonly number[], i: number, chunkShape: Shape): readonly number[] {
  const offset: number[] = []
  let rest = i
  for (let axis = grid.length - 1; axis >= 0; axis--) {
    const length = grid[axis] ?? 1
    offset.unshift((rest % length) * (chunkShape[axis] ?? 1))
    rest = Math.floor(rest / length)
  }
  return offset
}
