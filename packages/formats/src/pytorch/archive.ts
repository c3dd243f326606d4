// The zip form of torch.save: `NAME/data.pkl`, and the storages as `NAME/data/0` and so on.

import type { ZipMember } from '@ae/core/internal'
import type { ByteSource } from '../bytes/byte-source.ts'
import { FormatProblem } from '../bytes/format-problem.ts'
import { readZipDirectory } from '../bytes/zip-directory.ts'
import { type Pickled, readPickle } from './pickle.ts'
import { torchNames } from './torch-names.ts'

/** What a file holds, and how its storages are read. */
export interface Unpickled {
  readonly contents: Pickled
  /** The bytes of a storage, by its key. Throws a `FormatProblem` when the file has none. */
  readonly storages: (key: string) => Promise<Uint8Array>
}

/** How many values a pickle of some length may copy while it is read: far more than torch.save ever needs. */
export function copiesAllowed(length: number): number {
  return 4 * length + 1_000_000
}

/**
 * Reads the directory and the pickle of an archive.
 *
 * @throws {FormatProblem} when it is not one of torch.save
 */
export async function readArchive(bytes: ByteSource): Promise<Unpickled> {
  const entries = await readZipDirectory(bytes)
  const prefix = prefixOf(entries)
  const text = async (name: string) => {
    const entry = entries.get(`${prefix}${name}`)
    return entry === undefined ? undefined : new TextDecoder().decode(await entry.read()).trim()
  }
  if ((await text('byteorder')) === 'big') {
    throw new FormatProblem(
      'it was written by a machine with big-endian numbers',
      "load it in Python and save it again: torch.save(torch.load(path), 'weights.pt')",
    )
  }
  const pickle = await (entries.get(`${prefix}data.pkl`) as ZipMember).read()
  const { value } = readPickle(pickle, torchNames(copiesAllowed(pickle.length)))
  return {
    contents: value,
    async storages(key) {
      const entry = entries.get(`${prefix}data/${key}`)
      if (entry === undefined) throw new FormatProblem(`it has no values for its storage ${JSON.stringify(key)}`)
      return entry.read()
    },
  }
}

/** The folder of the archive that everything is in. */
function prefixOf(entries: ReadonlyMap<string, ZipMember>): string {
  const names = [...entries.keys()]
  const prefixBefore = (ending: string) => {
    return names.find((name) => name === ending || name.endsWith(`/${ending}`))?.slice(0, -ending.length)
  }
  if (prefixBefore('constants.pkl') !== undefined) {
    throw new FormatProblem(
      'it is a TorchScript program',
      "in Python save its weights: torch.save(torch.jit.load(path).state_dict(), 'weights.pt')",
    )
  }
  if (prefixBefore('archive_format') !== undefined || names.some((name) => /(^|\/)models\/[^/]+\.json$/.test(name))) {
    throw new FormatProblem(
      'it is a program of torch.export (.pt2)',
      "in Python save its weights: torch.save(torch.export.load(path).state_dict, 'weights.pt')",
    )
  }
  const prefix = prefixBefore('data.pkl')
  if (prefix !== undefined) return prefix
  throw new FormatProblem(
    names.some((name) => name.endsWith('.weights.h5'))
      ? 'it is a file of Keras'
      : 'it is a zip archive, but not of torch.save',
    'pass a file that torch.save wrote',
  )
}
