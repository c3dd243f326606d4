// Loads a published data set from the first place that has it.
import { assertOptions, downloadChecks, isNode, type OptionCheck, oneOf, positiveInteger } from '@ae/core/internal'
import type { LabelledDataset } from './array-dataset.ts'
import { idxDataset } from './from-idx.ts'
import { fileError } from './origin.ts'
import { filesOfDataFolder, filesOfDatasetAt, type SplitFiles } from './own-files.ts'
import type { PublishedDataset, Split } from './published-files.ts'
import { sharedFile } from './shared-files.ts'

/** Options of `mnist` and `fashionMnist`. */
export interface PublishedOptions {
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
  /**
   * Seconds, above 0 and up to a day, that a server may take to answer, and after that to send each further 1,000 bytes
   * per second of it; then the next place is asked. Defaults to 30.
   */
  readonly timeout?: number | undefined
  /** Stops reading and downloading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** `mnist` or `fashionMnist`, as `published` describes it. */
export async function loadPublished(published: PublishedDataset, options: PublishedOptions): Promise<LabelledDataset> {
  const { caller, name, shape } = published
  assertOptions(caller, options, {
    split: oneOf('train', 'test'),
    from: placeOption,
    limit: positiveInteger,
    verify: flag,
    timeout: downloadChecks.timeout,
    signal: downloadChecks.signal,
  })
  const { split = 'train', limit } = options
  const files = await findFiles(published, split, options)
  const dataset = idxDataset(caller, `${name}/${split}`, files, limit)
  if (dataset.shape.join() !== shape.join()) {
    throw fileError({ caller, file: files.images.file }, 'images of another shape', {
      facts: { Expected: `[${shape.join(', ')}]`, Received: `[${dataset.shape.join(', ')}]` },
      fix: 'use fromIdx for other images',
    })
  }
  return dataset
}

/** Where files lie. */
export const placeOption: OptionCheck = (value) =>
  (typeof value === 'string' && value !== '') || value instanceof URL ? undefined : 'a folder or a URL'

const flag: OptionCheck = (value) => (typeof value === 'boolean' ? undefined : 'true or false')

async function findFiles(
  published: PublishedDataset,
  split: Split,
  { from, limit, verify = false, timeout, signal }: PublishedOptions,
): Promise<SplitFiles> {
  const reading = { timeout, signal }
  const request = { published, split, verify, limit, reading }
  if (from !== undefined) return filesOfDatasetAt(String(from), request)
  const refused: Record<string, string> = {}
  if (isNode) {
    const own = await filesOfDataFolder(process.env.AE_DATA_DIR, request)
    if (typeof own !== 'string') return own
    refused.AE_DATA_DIR = own
  }
  const { images, labels } = published.splits[split]
  return {
    images: await sharedFile(published, images, refused, reading, limit),
    labels: await sharedFile(published, labels, refused, reading),
  }
}
