// The form of torch.save before PyTorch 1.6, which `_use_new_zipfile_serialization=False` still writes: five pickles one after the
// other, then the storages, each as the number of its values and the values.
import type { ByteSource } from '../bytes/byte-source.ts'
import { FormatProblem } from '../bytes/format-problem.ts'
import { copiesAllowed, type Unpickled } from './archive.ts'
import { type Pickled, readPickle } from './pickle.ts'
import { type StorageRecord, torchNames } from './torch-names.ts'

/** The first pickle: protocol 2, the integer 0x1950a86a20f9469cfc6c, end. */
const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]

/** Whether bytes begin as such a file does. */
export function isLegacy(beginning: Uint8Array): boolean {
  return magic.every((byte, i) => beginning[i] === byte)
}

/**
 * Reads the pickles of such a file, and finds its storages.
 *
 * @throws {FormatProblem} when it is malformed
 */
export async function readLegacy(source: ByteSource): Promise<Unpickled> {
  const bytes = await source.read(0, source.size)
  const names = torchNames(copiesAllowed(bytes.length))
  const records = new Map<string, StorageRecord>()
  const environment = {
    ...names,
    persistent(id: Pickled) {
      const record = names.persistent(id) as StorageRecord
      records.set(record.key, record)
      return record
    },
  }
  let at = magic.length
  const next = (): Pickled => {
    const { value, end } = readPickle(bytes, environment, at)
    at = end
    return value
  }
  const protocol = next()
  if (protocol !== 1001) throw new FormatProblem('it is of an unknown version', 'save it again with the newest PyTorch')
  const system = next()
  if (system instanceof Map && system.get('little_endian') === false) {
    throw new FormatProblem('it was written by a machine with big-endian numbers', 'save it again on a newer machine')
  }
  const contents = next()
  const keys = next()
  if (!Array.isArray(keys)) throw new FormatProblem('it does not list its storages')
  const storages = new Map<string, Uint8Array>()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const key of keys.map(String)) {
    const size = records.get(key)?.type?.size ?? 1
    const end = at + 8 <= bytes.length ? at + 8 + Number(view.getBigUint64(at, true)) * size : Number.POSITIVE_INFINITY
    if (end > bytes.length) throw new FormatProblem('it is truncated')
    storages.set(key, bytes.subarray(at + 8, end))
    at = end
  }
  return {
    contents,
    async storages(key) {
      const storage = storages.get(key)
      if (storage === undefined) throw new FormatProblem(`it has no values for its storage ${JSON.stringify(key)}`)
      return storage
    },
  }
}
