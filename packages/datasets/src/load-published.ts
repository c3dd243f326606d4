// Loads a published data set from the first place that has it. Files that the user names, by `from` or AE_DATA_DIR, are taken as
// they are, so that any images may lie under the usual names; only those of another known data set are recognised and refused.
import { assertOptions, flagOption, isNode, oneOf, positiveInteger } from '@ae/core/internal'
import { fashionMnistFiles, mnistFiles, type PublishedDataset, type Split } from './catalogue.ts'
import { sha256 } from './checksum.ts'
import { publishedFile } from './download-sources.ts'
import { assertFolder, findSplit, type Request, type SplitFiles, splitAt } from './find-files.ts'
import { idxDataset } from './idx-dataset.ts'
import type { LabelledDataset } from './indexed-dataset.ts'
import { type Absent, folder, localPath, placeAt, placeOption, type ReadingOptions, readingChecks } from './place.ts'

/** Options of `mnist` and `fashionMnist`. */
export interface PublishedOptions extends ReadingOptions {
  /** `train`, 60,000 images, or `test`, 10,000. Defaults to `train`. */
  readonly split?: Split | undefined
  /** The folder (Node) or URL that holds the IDX files, plain or gzip. Defaults to the first place that has them. */
  readonly from?: string | URL | undefined
  /** Only the first so many images, a positive integer; all when there are fewer. Defaults to all. */
  readonly limit?: number | undefined
  /**
   * Whether files of `from` and AE_DATA_DIR must have the published SHA-256; files from anywhere else must always.
   * Defaults to false.
   */
  readonly verify?: boolean | undefined
}

/** `mnist` or `fashionMnist`, as `published` describes it. */
export async function loadPublished(published: PublishedDataset, options: PublishedOptions): Promise<LabelledDataset> {
  const { caller, name, shape } = published
  assertOptions(caller, options, {
    split: oneOf('train', 'test'),
    from: placeOption,
    limit: positiveInteger,
    verify: flagOption,
    ...readingChecks(),
  })
  const { split = 'train', limit } = options
  const files = await findFiles(published, options)
  const dataset = await idxDataset(caller, `${name}/${split}`, files, { limit })
  if (dataset.shape.join() !== shape.join()) {
    throw (await import('./idx-refusals.ts')).otherShape({ caller, file: files.images.file }, shape, dataset.shape)
  }
  return dataset
}

/** The files at `from`; else those in AE_DATA_DIR, both from one place; else each from the first source that has it. */
async function findFiles(published: PublishedDataset, options: PublishedOptions): Promise<SplitFiles> {
  const { caller, splits } = published
  const { split = 'train', from, verify = false, limit, timeout, signal } = options
  const request = { caller, verify, limit, timeout, signal }
  if (from !== undefined) {
    const files = await splitAt(String(from), splits[split], request)
    const other = await otherDataset(files, published)
    if (other === undefined) return files
    throw (await import('./idx-refusals.ts')).foreignFiles(caller, placeAt(caller, localPath(String(from))), other)
  }
  const tried: Record<string, string> = {}
  if (isNode) {
    const files = await splitInDataFolder(process.env.AE_DATA_DIR, published, split, request)
    if (!('absent' in files)) return files
    tried.AE_DATA_DIR = files.absent
  }
  const { images, labels } = splits[split]
  return {
    images: await publishedFile(published, images, tried, request),
    labels: await publishedFile(published, labels, tried, { ...request, limit: undefined }),
  }
}

/**
 * The files in AE_DATA_DIR, in the data set's subfolder or in the folder itself.
 *
 * @throws {DatasetError} when the folder does not exist, holds only one of the two files, or the subfolder holds another data set
 */
async function splitInDataFolder(
  root: string | undefined,
  published: PublishedDataset,
  split: Split,
  request: Request,
): Promise<SplitFiles | Absent> {
  const { caller, name, splits } = published
  if (!root) return { absent: 'not set' }
  await assertFolder(caller, 'AE_DATA_DIR', root, 'name an existing folder, or unset AE_DATA_DIR')
  for (const path of [`${root}/${name}`, root]) {
    const place = folder(caller, path, request)
    const files = await findSplit(place, splits[split], request)
    if ('absent' in files) continue
    const other = await otherDataset(files, published)
    if (other === undefined) return files
    if (path !== root) throw (await import('./idx-refusals.ts')).foreignFiles(caller, place, other)
    return { absent: `${root} holds ${other}` }
  }
  return { absent: `no ${splits[split].images.name} in ${root}/${name} or ${root}` }
}

/** The data set whose labels these are, if it is a known one and not the one that was asked for. */
async function otherDataset({ labels }: SplitFiles, { name }: PublishedDataset): Promise<string | undefined> {
  const checksum = await sha256(labels.bytes)
  return [mnistFiles, fashionMnistFiles].find(
    (known) => known.name !== name && Object.values(known.splits).some((files) => files.labels.sha256 === checksum),
  )?.name
}
