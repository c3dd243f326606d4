// The zip archives that models are saved in, by the reader of @ae/core, which goes by the central directory alone.
import { type Refuse, readZip, type ZipMember } from '@ae/core/internal'
import type { ByteSource } from './byte-source.ts'
import { FormatProblem } from './format-problem.ts'

/** Whether bytes begin as an archive does. */
export function isZip(beginning: Uint8Array): boolean {
  return beginning[0] === 0x50 && beginning[1] === 0x4b && (beginning[2] === 3 || beginning[2] === 5)
}

/**
 * The files of an archive.
 *
 * @param bytes borrowed until the last file is read
 * @returns by name; reading one throws a `FormatProblem` where it is damaged
 * @throws {FormatProblem} when there is no well-formed directory
 */
export function readZipDirectory(bytes: ByteSource): Promise<ReadonlyMap<string, ZipMember>> {
  return readZip({ length: bytes.size, read: (start, end) => bytes.read(start, end) }, refuse)
}

const refuse: Refuse = (_what, { facts: { Member, Reason } = {}, fix }) => {
  const place =
    Member === undefined ? 'its zip archive is damaged' : `its part ${JSON.stringify(Member)} cannot be read`
  return new FormatProblem(`${place}: ${Reason}`, fix)
}
