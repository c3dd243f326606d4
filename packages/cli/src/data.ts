// The data that `--dataset` and `--data` name.

import { OptionError } from '@ae/core'
import { fashionMnist, type IndexedDataset, idxFolder, mnist, type PublishedOptions, split } from '@ae/datasets'
import { assertThere, isDataFile, readDataFile } from './data-files.ts'
import { readPictures } from './data-folders.ts'
import type { TableParts } from './tables.ts'

/** By the names that `--dataset` takes. */
export const datasets = { mnist, 'fashion-mnist': fashionMnist }

/** A name of {@link datasets}. */
export type DatasetName = keyof typeof datasets

/** Which data the settings name. */
export interface DataSettings {
  readonly dataset: DatasetName
  /** A folder, a file or an address instead. */
  readonly data: string | undefined
  /** The array or the columns of a file, where it has several. */
  readonly examples?: string | undefined
  /** A file, an array, a column, or `subfolders`. */
  readonly labels?: string | undefined
  /** What stands for a missing value in a table, separated by commas. */
  readonly missing?: string | undefined
  /** The shape of an example; a folder is one of pictures if it is given. */
  readonly shape?: readonly number[] | undefined
}

/** Data to train on, and to test with. */
export interface LoadedData {
  readonly train: IndexedDataset
  readonly test: IndexedDataset
  /** If they are rows of a table. */
  readonly table?: TableParts | undefined
}

/**
 * Loads what the settings name: both splits of a data set or a folder; of data without a part for testing a tenth, or at least one
 * example, drawn at random but always the same.
 *
 * @param limit only the first so many examples for training
 */
export async function loadData(settings: DataSettings, limit: number | undefined): Promise<LoadedData> {
  const { dataset, data, labels, examples, missing, shape } = settings
  if (data !== undefined) await assertThere(data)
  const isFile = data !== undefined && (await isDataFile(data))
  if (data === undefined || !(isFile || shape)) {
    for (const [flag, value] of Object.entries({ labels, examples, missing, shape })) assertUnused(flag, value, data)
    const load = (options: Pick<PublishedOptions, 'split' | 'limit'>) =>
      data === undefined ? datasets[dataset](options) : idxFolder({ from: data, ...options })
    return { train: await load({ split: 'train', limit }), test: await load({ split: 'test' }) }
  }
  const { train, test, table } = isFile
    ? await readDataFile(data, { examples, labels, missing, shape, limit })
    : { ...(await readPictures(data, { labels, shape: shape ?? [] })), table: undefined }
  const share = Math.max(0.1, 1 / train.size)
  const [most, tenth] = test === undefined ? split(train, { fractions: [1 - share, share] }) : [train, test]
  return { train: limit === undefined ? most : most.take(limit), test: tenth, table }
}

function assertUnused(flag: string, value: unknown, data: string | undefined): void {
  if (value === undefined) return
  throw new OptionError(`\`ae train\` takes --${flag} only with a file or pictures as --data.`, {
    facts: { Received: `--${flag} ${value}, --data ${data ?? 'not given'}` },
    fix: `leave out --${flag}: data sets and folders of IDX files hold their shapes and labels`,
  })
}
