// The data that `--dataset`, `--data` and the flags of its kinds name.
import { OptionError } from '@ae/core'
import { concat, fashionMnist, type IndexedDataset, idxFolder, mnist, type PublishedOptions, split } from '@ae/datasets'
import { assertKind, assertThere, type DataKind, isDataFile, readDataFile } from './data-files.ts'
import { holdsPictures, readPictures } from './data-folders.ts'
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
  /** The same, of a known kind. */
  readonly images?: string | undefined
  readonly csv?: string | undefined
  readonly parquet?: string | undefined
  readonly npy?: string | undefined
  /** What is trained on: `all` is both parts, of which the one for testing is then measured too. Defaults to `train`. */
  readonly split?: 'train' | 'test' | 'all' | undefined
  /** The array or the columns of a file, where it has several. */
  readonly examples?: string | undefined
  /** A file, an array, a column, or `subfolders`. */
  readonly labels?: string | undefined
  /** The column of a table: the same as `labels`. */
  readonly targetColumn?: string | undefined
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
  const { split: part = 'train' } = settings
  if (part === 'train') return loadParts(settings, limit)
  const { train, test, table } = await loadParts(settings, undefined)
  if (table !== undefined) {
    throw new OptionError(`\`ae train\` does not take --split ${part} with a table.`, {
      facts: { Reason: 'its columns are scaled by the rows for training' },
      fix: 'leave out --split',
    })
  }
  const whole = part === 'test' ? test : concat(train, test)
  return { train: limit === undefined ? whole : whole.take(limit), test }
}

async function loadParts(settings: DataSettings, limit: number | undefined): Promise<LoadedData> {
  const { dataset, examples, missing } = settings
  const { place: data, kind } = placeOf(settings)
  const labels = labelsOf(settings)
  if (data !== undefined) await assertThere(data)
  if (data !== undefined && kind !== undefined) await assertKind(data, kind)
  const isFile = data !== undefined && (await isDataFile(data))
  let { shape } = settings
  if (shape === undefined && data !== undefined && !isFile) {
    if (kind === 'images' || (await holdsPictures(data))) shape = usualShape
  }
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

/** Of pictures whose shape is not given: they are scaled to it. */
const usualShape = [64, 64, 3]

/**
 * The one place that the settings name, with the kind that it must be.
 *
 * @throws {OptionError} when they name several
 */
export function placeOf(settings: DataSettings): { readonly place: string | undefined; readonly kind?: DataKind } {
  const named = (['data', 'images', 'csv', 'parquet', 'npy'] as const).filter((name) => settings[name] !== undefined)
  const [name] = named
  if (name === undefined) return { place: undefined }
  if (named.length === 1) return { place: settings[name], ...(name === 'data' ? {} : { kind: name }) }
  throw new OptionError('`ae train` received several places of data.', {
    facts: { Received: named.map((one) => `--${one} ${settings[one]}`).join(', ') },
    fix: 'leave out all but one',
  })
}

function labelsOf({ labels, targetColumn }: DataSettings): string | undefined {
  if (labels === undefined || targetColumn === undefined || labels === targetColumn) return labels ?? targetColumn
  throw new OptionError('`ae train` received both --labels and --target-column.', {
    facts: { Received: `--labels ${labels}, --target-column ${targetColumn}` },
    fix: 'leave out one: they mean the same',
  })
}

function assertUnused(flag: string, value: unknown, data: string | undefined): void {
  if (value === undefined) return
  throw new OptionError(`\`ae train\` takes --${flag} only with a file or pictures as --data.`, {
    facts: { Received: `--${flag} ${value}, --data ${data ?? 'not given'}` },
    fix: `leave out --${flag}: data sets and folders of IDX files hold their shapes and labels`,
  })
}
