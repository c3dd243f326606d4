// The length that the beginning of a file claims while it is downloaded, so that a download ends there.
import type { LengthClaim } from '@ae/core/internal'
import { packedBytes } from './catalogue.ts'
import type { Origin } from './file-error.ts'
import { asBytes, claimedBytes, headerLength, isGzip, readHeader, readIdx } from './idx.ts'

/** If the values of a packed file have not begun by then, it is not an IDX file. */
const longestBeginning = 2 ** 18

/**
 * The claim of an IDX file, plain or gzip: its length, or the most that gzip makes of that. Of other files no more is downloaded.
 *
 * @param beginning borrowed
 * @param origin of the file, for messages
 * @throws {DatasetError} when it is an archive of something else
 */
export async function claimOfIdx(beginning: Uint8Array, origin: Origin): Promise<LengthClaim> {
  const isPacked = isGzip(beginning)
  const start = isPacked ? await unpackBeginning(beginning) : beginning
  const header = readHeader(start)
  if (header !== undefined) {
    const bytes = claimedBytes(header)
    return { length: isPacked ? packedBytes({ bytes }) : bytes }
  }
  const length = start.length < 4 ? 4 : headerLength(start)
  if (isPacked && length === undefined) readIdx(start, origin) // says what it is
  if (length === undefined || beginning.length > longestBeginning) return { isEnough: true }
  return { needs: isPacked ? 2 * beginning.length : length }
}

/** The first bytes of an incomplete archive: as many as the longest header has, or as many as can be unpacked yet. */
async function unpackBeginning(packed: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([asBytes(packed)]).stream().pipeThrough(new DecompressionStream('gzip'))
  const reader = stream.getReader()
  let start = new Uint8Array()
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      start = new Uint8Array([...start, ...piece.value.subarray(0, longestHeader - start.length)])
      if (start.length === longestHeader) break
    }
  } catch {} // it ends in the middle, as it has to here
  reader.cancel().catch(() => {})
  return start
}

/** Of 255 axes. */
const longestHeader = 4 + 4 * 255
