// The data that `--dataset` and `--data` name.

import { OptionError } from '@ae/core'
import { fashionMnist, type IndexedDataset, idxFolder, mnist, type PublishedOptions, split } from '@ae/datasets'
import { isDataFile, readDataFile } from './data-files.ts'

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
  /** A file, an array or a column. */
  readonly labels?: string | undefined
}

/** Data to train on, and to test with. */
export interface LoadedData {
  readonly train: IndexedDataset
  readonly test: IndexedDataset
}

/**
 * Loads what the settings name: both splits of a data set or a folder; of a file without a part for testing a tenth, or at least one
 * example, drawn at random but always the same.
 *
 * @param limit only the first so many examples for training
 */
export async function loadData(settings: DataSettings, limit: number | undefined): Promise<LoadedData> {
  const { dataset, data, labels, examples } = settings
  if (data !== undefined && (await isDataFile(data))) {
    const { train, test } = await readDataFile(data, { examples, labels })
    const share = Math.max(0.1, 1 / train.size)
    const [most, tenth] = test === undefined ? split(train, { fractions: [1 - share, share] }) : [train, test]
    return { train: limit === undefined ? most : most.take(limit), test: tenth }
  }
  for (const [flag, value] of Object.entries({ labels, examples })) {
    if (value === undefined) continue
    throw new OptionError(`\`ae train\` takes --${flag} only with a file as --data.`, {
      facts: { Received: `--${flag} ${value}, --data ${data ?? 'not given'}` },
      fix: `leave out --${flag}: data sets and folders of IDX files hold their labels`,
    })
  }
  const load = (options: Pick<PublishedOptions, 'split' | 'limit'>) =>
    data === undefined ? datasets[dataset](options) : idxFolder({ from: data, ...options })
  return { train: await load({ split: 'train', limit }), test: await load({ split: 'test' }) }
}
