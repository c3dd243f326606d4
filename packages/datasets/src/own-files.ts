// Files that the user names, by `from` or AE_DATA_DIR: both from one place, and taken as they are, so that any images may
// lie under the usual names; only the files of another known data set are recognised and refused.
import { DatasetError } from '@ae/core'
import { assertPublished, sha256 } from './checksum.ts'
import {
  type Answer,
  type FoundFile,
  folder,
  isFolder,
  isUrl,
  localPath,
  namesOf,
  type Place,
  placeAt,
  type Reading,
} from './place.ts'
import {
  fashionMnistFiles,
  mnistFiles,
  type PublishedDataset,
  type PublishedFile,
  packedBytes,
  type Split,
} from './published-files.ts'
import { release, type UnpackedFile, unpack } from './unpack.ts'

/** One split, unpacked. */
export interface SplitFiles {
  readonly images: UnpackedFile
  readonly labels: UnpackedFile
}

/** What is asked for. */
export interface Request {
  readonly published: Pick<PublishedDataset, 'caller' | 'name' | 'splits'>
  readonly split: Split
  /** Whether the files must be the published ones. */
  readonly verify: boolean
  /** Only the first so many images; all when undefined. */
  readonly limit: number | undefined
  /** How files are read. */
  readonly reading: Reading
}

/**
 * The files at `from`, which must not be those of another known data set.
 *
 * @throws {DatasetError} when the folder or one of the files is missing, unreadable, or of another data set
 */
export async function filesOfDatasetAt(from: string, request: Request): Promise<SplitFiles> {
  const files = await filesAt(from, request)
  const other = await otherDataset(files.labels, request.published)
  if (other === undefined) return files
  throw foreign(request.published.caller, placeAt(request.published.caller, localPath(from)), other)
}

/**
 * The files at `from`, whatever they hold.
 *
 * @throws {DatasetError} when the folder or one of the files is missing or unreadable
 */
export async function filesAt(from: string, request: Request): Promise<SplitFiles> {
  const { caller } = request.published
  const location = localPath(from)
  if (!isUrl(location)) {
    await assertFolder(
      caller,
      '`from`',
      location,
      'pass the folder that holds the IDX files; for single files use fromIdx',
    )
  }
  const place = placeAt(caller, location, request.reading)
  const files = await pairAt(place, request)
  if ('absent' in files) throw missing(caller, place, request.published.splits[request.split].images, files.absent)
  return files
}

/**
 * The files in AE_DATA_DIR, in the data set's subfolder or in the folder itself.
 *
 * @returns the files, or why they are not there
 * @throws {DatasetError} when the folder does not exist or holds only one of the two files
 */
export async function filesOfDataFolder(root: string | undefined, request: Request): Promise<SplitFiles | string> {
  const { caller, name, splits } = request.published
  if (!root) return 'not set'
  await assertFolder(caller, 'AE_DATA_DIR', root, 'name an existing folder, or unset AE_DATA_DIR')
  for (const path of [`${root}/${name}`, root]) {
    const files = await pairAt(folder(caller, path, request.reading), request)
    if ('absent' in files) continue
    const other = await otherDataset(files.labels, request.published)
    if (other === undefined) return files
    if (path !== root) throw foreign(caller, folder(caller, path), other)
    return `${root} holds ${other}`
  }
  return `no ${splits[request.split].images.name} in ${root}/${name} or ${root}`
}

async function assertFolder(caller: string, source: string, path: string, fix: string): Promise<void> {
  if (await isFolder(path)) return
  throw new DatasetError(`\`${caller}\` found no folder at ${source}.`, { facts: { Folder: path }, fix })
}

/** Both files of a split; or, if neither is there, how that was said. */
async function pairAt(place: Place, request: Request): Promise<SplitFiles | { absent: string }> {
  const { published, split, limit } = request
  const { caller } = published
  const wanted = published.splits[split]
  const images = await find(place, wanted.images, request)
  const labels = await find(place, wanted.labels, request)
  if ('absent' in images && 'absent' in labels) return images
  if ('absent' in images) throw missing(caller, place, wanted.images, images.absent)
  if ('absent' in labels) throw missing(caller, place, wanted.labels, labels.absent)
  return {
    images: await opened(images, wanted.images, request, limit),
    labels: await opened(labels, wanted.labels, request),
  }
}

async function find(place: Place, wanted: PublishedFile, { verify }: Request): Promise<Answer> {
  const reasons = new Set<string>()
  let error: DatasetError | undefined
  for (const fileName of namesOf(wanted.name)) {
    const answer = await place.read(fileName, verify ? packedBytes(wanted) : undefined)
    if ('bytes' in answer) return answer
    reasons.add(answer.absent)
    error ??= answer.error
  }
  if (error) throw error
  return { absent: [...reasons].join(', ') }
}

async function opened(
  found: FoundFile,
  wanted: PublishedFile,
  { published: { caller }, verify, reading: { signal } }: Request,
  limit?: number,
): Promise<UnpackedFile> {
  const unpacked = await unpack(found, caller, {
    maximum: verify ? wanted.bytes : undefined,
    limit,
    checksum: verify,
    signal,
  })
  release(found.bytes, unpacked.bytes)
  if (verify) assertPublished(unpacked.sha256, wanted, { caller, file: found.file })
  return unpacked
}

/** The data set whose labels these are, if it is a known one and not the one that was asked for. */
async function otherDataset(
  { bytes }: FoundFile,
  { name }: Pick<PublishedDataset, 'name'>,
): Promise<string | undefined> {
  const checksum = await sha256(bytes)
  return [mnistFiles, fashionMnistFiles].find(
    (known) => known.name !== name && Object.values(known.splits).some(({ labels }) => labels.sha256 === checksum),
  )?.name
}

function missing(caller: string, { location }: Place, { name }: PublishedFile, absent: string): DatasetError {
  return new DatasetError(`\`${caller}\` found no ${name}.`, {
    facts: { Place: location, 'Looked for': namesOf(name).join(', '), Reason: absent },
    fix: 'put the file there under one of these names, or name the place where it is',
  })
}

function foreign(caller: string, { location }: Place, other: string): DatasetError {
  return new DatasetError(`\`${caller}\` found the files of another data set.`, {
    facts: { Place: location, Received: other },
    fix: 'name the place of the right files; their names are the same',
  })
}
