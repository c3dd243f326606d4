// Files of a data set in one place: under any of their usual names, unpacked, and verified where that is asked for.
import { DatasetError } from '@ae/core'
import { namesOf, type PublishedDataset, type PublishedFile, packedBytes, type Split } from './catalogue.ts'
import { assertPublished } from './checksum.ts'
import { type Absent, isFolder, isUrl, localPath, type Place, placeAt, type ReadingOptions } from './place.ts'
import { release, type UnpackedFile, unpack } from './unpack.ts'

/** How a file is asked for. */
export interface Request extends ReadingOptions {
  /** The public function that was called, for messages. */
  readonly caller: string
  /** Whether the file must be the published one. */
  readonly verify: boolean
  /** Only the first so many examples; all when undefined. */
  readonly limit?: number | undefined
}

/** The two files of one split, unpacked. */
export interface SplitFiles {
  readonly images: UnpackedFile
  readonly labels: UnpackedFile
}

/**
 * A file from one place.
 *
 * @param names to look for, in this order
 * @param keep receives the bytes as they were found, once the file is known to be good
 * @throws {DatasetError} when a file of one of these names cannot be used
 * @throws the signal's reason when it aborts
 */
export async function findFile(
  place: Place,
  wanted: PublishedFile,
  names: readonly string[],
  { caller, verify, limit, signal }: Request,
  keep?: (packed: Uint8Array) => Promise<void>,
): Promise<UnpackedFile | Absent> {
  const reasons = new Set<string>()
  let doubt: DatasetError | undefined
  for (const name of names) {
    signal?.throwIfAborted()
    const found = await place.read(name, verify ? packedBytes(wanted) : undefined)
    if ('absent' in found) {
      reasons.add(found.absent)
      doubt ??= found.error
      continue
    }
    const unpacked = await unpack(found, caller, {
      maximum: verify ? wanted.bytes : undefined,
      limit,
      checksum: verify,
      signal,
    })
    if (verify) assertPublished(unpacked.sha256, wanted, { caller, file: found.file })
    await keep?.(found.bytes)
    release(found.bytes, unpacked.bytes)
    return unpacked
  }
  if (doubt) throw doubt
  return { absent: [...reasons].join(', ') }
}

/**
 * Both files of a split from one place.
 *
 * @throws {DatasetError} when only one of them is there, or one cannot be used
 */
export async function findSplit(
  place: Place,
  { images: wantedImages, labels: wantedLabels }: PublishedDataset['splits'][Split],
  request: Request,
): Promise<SplitFiles | Absent> {
  const images = await findFile(place, wantedImages, namesOf(wantedImages.name), request)
  const labels = await findFile(place, wantedLabels, namesOf(wantedLabels.name), { ...request, limit: undefined })
  if ('absent' in images) {
    if ('absent' in labels) return images
    throw (await import('./idx-refusals.ts')).missingFile(request.caller, place, wantedImages, images)
  }
  if ('absent' in labels)
    throw (await import('./idx-refusals.ts')).missingFile(request.caller, place, wantedLabels, labels)
  return { images, labels }
}

/**
 * Both files of a split at `from`, whatever they hold.
 *
 * @param from a folder or a URL
 * @throws {DatasetError} when the folder or one of the files is missing or cannot be used
 */
export async function splitAt(
  from: string,
  split: PublishedDataset['splits'][Split],
  request: Request,
): Promise<SplitFiles> {
  const location = localPath(from)
  const fix = 'pass the folder that holds the IDX files; for single files use fromIdx'
  if (!isUrl(location)) await assertFolder(request.caller, '`from`', location, fix)
  const place = placeAt(request.caller, location, request)
  const files = await findSplit(place, split, request)
  if ('absent' in files)
    throw (await import('./idx-refusals.ts')).missingFile(request.caller, place, split.images, files)
  return files
}

/** @throws {DatasetError} when there is no folder at `path`, which `source` names */
export async function assertFolder(caller: string, source: string, path: string, fix: string): Promise<void> {
  if (await isFolder(path)) return
  throw new DatasetError(`\`${caller}\` found no folder at ${source}.`, { facts: { Folder: path }, fix })
}
