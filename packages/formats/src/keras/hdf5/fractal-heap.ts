// Dense storage of links and attributes in HDF5 files of newer versions: a B-tree of version 2 whose records point into a heap.
import type { Hdf5Bytes } from './hdf5-bytes.ts'
import { unsupported } from './object-header.ts'

/**
 * The positions of the objects of a heap.
 *
 * @param file borrowed
 * @param heapAddress of the heap
 * @param treeAddress of the B-tree that lists its objects
 */
export function* denseObjects(file: Hdf5Bytes, heapAddress: number, treeAddress: number): Generator<number> {
  const find = heapAt(file, heapAddress)
  for (const { at, type } of treeRecords(file, treeAddress)) {
    yield find(type === attributesByName ? at : at + 4) // a link's record begins with a hash
  }
}

const linksByName = 5
const attributesByName = 8

function* treeRecords(file: Hdf5Bytes, address: number): Generator<{ at: number; type: number }> {
  file.expect(address, 'BTHD')
  const type = file.u8(address + 5)
  if (type !== linksByName && type !== attributesByName) throw file.refuse('one of its tables is damaged')
  const [nodeSize, recordSize, depth] = [file.u32(address + 6), file.u16(address + 10), file.u16(address + 12)]
  const [root, count] = [file.u64(address + 16), file.u16(address + 24)]
  if (root === undefined || recordSize === 0) return
  if (depth > 1) throw file.refuse('one of its groups has thousands of members', unsupported)
  const records = function* (at: number, count: number) {
    for (let i = 0; i < count; i++) {
      file.step()
      yield { at: at + i * recordSize, type }
    }
  }
  if (depth === 0) {
    file.expect(root, 'BTLF')
    yield* records(root + 6, count)
    return
  }
  file.expect(root, 'BTIN')
  yield* records(root + 6, count)
  const mostInLeaf = Math.floor((nodeSize - 10) / recordSize)
  const countSize = Math.ceil(Math.log2(mostInLeaf + 1) / 8)
  for (let i = 0; i <= count; i++) {
    const at = root + 6 + count * recordSize + i * (8 + countSize)
    const leaf = file.u64(at) ?? 0
    file.expect(leaf, 'BTLF')
    yield* records(leaf + 6, file.uint(at + 8, countSize))
  }
}

/** From the position of an object's identifier to that of the object. */
function heapAt(file: Hdf5Bytes, address: number): (identifier: number) => number {
  file.expect(address, 'FRHP')
  if (file.u16(address + 7) > 0) throw file.refuse('its names are compressed', unsupported)
  const width = file.u16(address + 110)
  const [startSize, largestDirect] = [file.u64(address + 112) ?? 0, file.u64(address + 120) ?? 0]
  const offsetSize = Math.ceil(file.u16(address + 128) / 8)
  const root = file.u64(address + 132) ?? 0
  const rows = file.u16(address + 140)
  return (identifier) => {
    if ((file.u8(identifier) & 0x30) !== 0) throw file.refuse('one of its attributes is very large', unsupported)
    let offset = file.uint(identifier + 1, offsetSize)
    if (rows === 0) {
      file.expect(root, 'FHDB')
      return root + offset
    }
    file.expect(root, 'FHIB')
    const first = root + 13 + offsetSize
    for (let row = 0; row < rows; row++) {
      const size = startSize * 2 ** Math.max(0, row - 1)
      if (size > largestDirect) break
      if (offset < size * width) {
        const column = Math.floor(offset / size)
        const block = file.u64(first + 8 * (row * width + column)) ?? 0
        file.expect(block, 'FHDB')
        return block + (offset - column * size)
      }
      offset -= size * width
    }
    throw file.refuse('the names in one of its groups are very long', unsupported)
  }
}
