// A data set of pictures: decoded once if they fit in memory, or else again in every epoch.
import { DatasetError, type Notes, sizeOfShape } from '@ae/core'
import { nodeModule } from '@ae/core/internal'
import { arrayDataset } from '../array-dataset.ts'
import { type IndexedDataset, indexedDataset, type LabelledDataset, type Labels } from '../indexed-dataset.ts'
import type { PictureFile } from './picture-files.ts'
import { labelsOf } from './picture-labels.ts'
import type { PictureOptions } from './picture-options.ts'
import { pictureReader } from './picture-reader.ts'

/** A picture that was left out. */
export interface SkippedPicture {
  /** Its path, address or name. */
  readonly file: string
  /** Why, e.g. `it is cut off`. */
  readonly reason: string
}

/** Pictures as a data set. */
export interface PictureDataset extends IndexedDataset {
  /** The path, address or name of the picture of each example, in stored order. */
  readonly files: readonly string[]
  /** The pictures that `onBroken: 'skip'` left out. */
  readonly skipped: readonly SkippedPicture[]
}

/** Pictures with their classes as labels. */
export interface LabelledPictureDataset extends PictureDataset, LabelledDataset {
  readonly labels: Labels
  /** What the file of a model says about this data: the names of the classes in the order of their numbers. */
  readonly notes: Notes & {
    /** The name of each class, by its number. */
    readonly classNames: readonly string[]
  }
  take(count: number): LabelledDataset
}

/**
 * @param caller the public function, for messages
 * @param found the pictures
 * @param name of the data set, unless the options have one
 */
export async function pictureDataset(
  caller: string,
  found: readonly PictureFile[],
  name: string,
  options: PictureOptions,
): Promise<PictureDataset> {
  const { labels: classOf, classNames, onBroken = 'throw', cacheBytes = 2 ** 30, workers = cores() } = options
  if (found.length === 0) {
    throw new DatasetError(`\`${caller}\` found no pictures.`, {
      facts: { Place: name },
      fix: 'pass pictures; in a folder they are the files that end in .png, .jpg and the like',
    })
  }
  const labelled = classOf && labelsOf(caller, found, classOf, classNames)
  const { decodingThreads } = await import('./decoding-threads.ts')
  const threads = decodingThreads(workers)
  const reader = pictureReader(caller, threads, workers, options)
  const size = sizeOfShape(options.shape)
  const fits = found.length * size <= cacheBytes
  const decoded = fits ? new Uint8Array(found.length * size) : undefined
  const isRead = fits || onBroken === 'skip'
  const faults = isRead ? await reader.readAll(found, decoded).finally(threads.end) : []
  const skipped = faults.map(({ index, reason }) => ({ file: found[index]?.name ?? '', reason }))
  const broken = new Set(faults.map(({ index }) => index))
  const kept = found.flatMap((_, index) => (broken.has(index) ? [] : [index]))
  if (kept.length === 0) throw allBroken(caller, name, skipped)
  const files = kept.map((index) => found[index] as PictureFile)
  const parts = {
    name: options.name ?? name,
    shape: [...options.shape],
    labels: labelled && chosen(labelled.labels, kept),
    notes: labelled && { classNames: labelled.classNames },
  }
  const dataset = decoded
    ? arrayDataset({ ...parts, values: broken.size === 0 ? decoded : gathered(decoded, kept, size) })
    : indexedDataset({
        ...parts,
        size: kept.length,
        range: { minimum: 0, maximum: 1 },
        read: (indices) => reader.read(Array.from(indices, (index) => files[index] as PictureFile)),
      })
  return { ...dataset, files: files.map((file) => file.name), skipped }
}

/** Threads by default: one for each core, at most four. */
function cores(): number {
  const os = nodeModule<typeof import('node:os')>('node:os')
  return Math.min(4, os?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 2)
}

function allBroken(caller: string, name: string, skipped: readonly SkippedPicture[]): DatasetError {
  const [first] = skipped
  return new DatasetError(`\`${caller}\` could use none of the pictures.`, {
    facts: { Place: name, Pictures: String(skipped.length), File: first?.file ?? '', Problem: first?.reason ?? '' },
    fix: 'pass PNG or JPEG files that other programs can show',
  })
}

function chosen(labels: Labels, kept: readonly number[]): Labels {
  if (kept.length === labels.length) return labels
  const some = labels instanceof Uint8Array ? new Uint8Array(kept.length) : new Int32Array(kept.length)
  for (const [to, from] of kept.entries()) some[to] = labels[from] as number
  return some
}

/** The values of some examples. */
function gathered(values: Uint8Array, kept: readonly number[], size: number): Uint8Array {
  const some = new Uint8Array(kept.length * size)
  for (const [to, from] of kept.entries()) some.set(values.subarray(from * size, (from + 1) * size), to * size)
  return some
}
