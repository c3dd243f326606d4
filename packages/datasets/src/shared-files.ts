// Files that others put where they are: the cache, an installed package, a mirror. Each is verified before it is used, so
// that a wrong or half-written one only means that the next place is asked.
import { DatasetError } from '@ae/core'
import { isNode } from '@ae/core/internal'
import { type FileCache, fileCache } from './cache.ts'
import { assertPublished } from './checksum.ts'
import { isGzip } from './idx.ts'
import { reasonOf } from './origin.ts'
import { packageFolder } from './package-folder.ts'
import { folder, namesOf, type Place, placeAt, type Reading } from './place.ts'
import { type PublishedDataset, type PublishedFile, packedBytes } from './published-files.ts'
import { release, type UnpackedFile, unpack } from './unpack.ts'

/**
 * A published file from the first place that has it.
 *
 * @param published the data set
 * @param wanted one of its files
 * @param refused places that were asked before, each with its reason, for the message
 * @param reading how it is read
 * @param limit only the first so many of its examples; all when undefined
 * @returns the file, unpacked
 * @throws {DatasetError} when no place has it; the facts name every place with its reason
 * @throws the signal's reason when it aborts
 */
export async function sharedFile(
  published: PublishedDataset,
  wanted: PublishedFile,
  refused: Readonly<Record<string, string>>,
  reading: Reading,
  limit?: number,
): Promise<UnpackedFile> {
  const { caller, name, install } = published
  const cache = fileCache(caller, name)
  const reasons: Record<string, string> = { ...refused }
  for (const { label, place, isMirror } of sourcesOf(published, cache, reading)) {
    const wish = { caller, wanted, isMirror, limit, signal: reading.signal }
    const answer = typeof place === 'string' ? place : await verified(place, wish)
    if (typeof answer !== 'string') {
      const { packed, ...file } = answer
      if (isMirror) await keep(cache, wanted, packed)
      release(packed, file.bytes)
      return file
    }
    reasons[label] = answer
  }
  throw new DatasetError(`\`${caller}\` found ${wanted.name} nowhere.`, {
    facts: reasons,
    fix: isNode
      ? `${install}, or pass \`from\`: a folder or URL that holds the IDX files`
      : 'serve the IDX files beside your page and pass their address as `from`',
  })
}

interface Source {
  /** What the list of reasons calls it. */
  readonly label: string
  /** Or why there is none. */
  readonly place: Place | string
  readonly isMirror: boolean
}

function sourcesOf(
  { caller, npmPackage, systemFolder, mirrors }: PublishedDataset,
  cache: FileCache | undefined,
  reading: Reading,
): Source[] {
  const sources: Source[] = [{ label: 'Cache', place: cache ?? 'there is none here', isMirror: false }]
  if (isNode && npmPackage !== undefined) {
    const path = packageFolder(npmPackage)
    const place = path === undefined ? 'not installed' : folder(caller, `${path}/data`, reading)
    sources.push({ label: npmPackage, place, isMirror: false })
  }
  if (isNode && systemFolder !== undefined) {
    sources.push({ label: 'System', place: folder(caller, systemFolder, reading), isMirror: false })
  }
  for (const mirror of mirrors) {
    sources.push({ label: new URL(mirror).host, place: placeAt(caller, mirror, reading), isMirror: true })
  }
  return sources
}

/** What is wanted from a place. */
interface Wish {
  readonly caller: string
  readonly wanted: PublishedFile
  readonly isMirror: boolean
  readonly limit: number | undefined
  readonly signal: AbortSignal | undefined
}

/** The file with its packed bytes; or why this place does not have it. */
async function verified(
  place: Place,
  { caller, wanted, isMirror, limit, signal }: Wish,
): Promise<(UnpackedFile & { readonly packed: Uint8Array }) | string> {
  const reasons: string[] = []
  let absent = ''
  for (const fileName of isMirror ? [`${wanted.name}.gz`] : namesOf(wanted.name)) {
    try {
      signal?.throwIfAborted()
      const answer = await place.read(fileName, packedBytes(wanted))
      if ('absent' in answer) {
        if (answer.error) throw answer.error
        absent = answer.absent
        continue
      }
      const unpacked = await unpack(answer, caller, { maximum: wanted.bytes, limit, checksum: true, signal })
      assertPublished(unpacked.sha256, wanted, { caller, file: answer.file })
      return { ...unpacked, packed: answer.bytes }
    } catch (error) {
      if (!DatasetError.isInstance(error)) throw error
      reasons.push(`${fileName}: ${reasonOf(error)}`)
    }
  }
  return reasons.length > 0 ? reasons.join('; ') : `no ${wanted.name} in ${place.location} (${absent})`
}

/** A download that cannot be cached is used all the same; the next run downloads it again. */
async function keep(cache: FileCache | undefined, wanted: PublishedFile, packed: Uint8Array): Promise<void> {
  await cache?.write(isGzip(packed) ? `${wanted.name}.gz` : wanted.name, packed).catch(() => {})
}
