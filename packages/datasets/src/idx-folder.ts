// A folder of IDX files under MNIST's names, whatever images they hold.
import { assertOptions, nameOption, oneOf, positiveInteger } from '@ae/core/internal'
import { mnistFiles, type Split } from './catalogue.ts'
import { splitAt } from './find-files.ts'
import { anyIdx } from './from-idx.ts'
import { idxDataset } from './idx-dataset.ts'
import type { LabelledDataset } from './indexed-dataset.ts'
import { placeOption, type ReadingOptions, readingChecks } from './place.ts'

/** Options of `idxFolder`. */
export interface IdxFolderOptions extends ReadingOptions {
  /** The folder (Node) or URL that holds the files, plain or gzip. */
  readonly from: string | URL
  /** `train`, the files `train-*`, or `test`, the files `t10k-*`. Defaults to `train`. */
  readonly split?: Split | undefined
  /** Only the first so many images, a positive integer; all when there are fewer. Defaults to all. */
  readonly limit?: number | undefined
  /** What the data is; goes into saved models, followed by the split. Defaults to the folder's own name. */
  readonly name?: string | undefined
}

/**
 * Any images in a folder whose files are named as MNIST's: MNIST, Fashion-MNIST, KMNIST, or your own of any size.
 *
 * @param options which files
 * @returns the dataset, its shape that of the images; values of type uint8 are scaled by 1/255
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the folder or a file is missing, corrupt, truncated, or the two files do not fit
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const clothes = await idxFolder({ from: '/usr/share/datasets/fashion-mnist', split: 'test' })
 * ```
 */
export async function idxFolder(options: IdxFolderOptions): Promise<LabelledDataset> {
  const checks = { from: placeOption, split: oneOf('train', 'test'), limit: positiveInteger, name: nameOption }
  assertOptions('idxFolder', options, { ...checks, ...readingChecks() }, ['from'])
  const { split = 'train', limit, timeout, signal } = options
  const from = String(options.from)
  const { name = from.split(/[\\/]/).filter(Boolean).at(-1) ?? 'idx' } = options
  const request = { caller: 'idxFolder', verify: false, limit, timeout, signal }
  const files = await splitAt(from, mnistFiles.splits[split], request)
  return idxDataset('idxFolder', `${name}/${split}`, files, { ...anyIdx, limit })
}
