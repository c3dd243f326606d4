// An array of a .npz archive of NumPy as a data set.
import {
  assertOption,
  assertOptions,
  nameOption,
  type OptionCheck,
  readNpy,
  readZip,
  type ZipMember,
} from '@ae/core/internal'
import { fileError } from '../file-error.ts'
import type { IndexedDataset, LabelledDataset, Labels } from '../indexed-dataset.ts'
import type { ReadingOptions } from '../place.ts'
import {
  type ArrayFileOptions,
  arrayFileChecks,
  assertScale,
  datasetOfArray,
  type FileArray,
  labelsOfArray,
  nameOfFile,
  refusing,
} from './array-data.ts'
import { npyAt } from './from-npy.ts'
import { type FileSource, fileOption, type OpenFile, openFile } from './open-file.ts'

/** Options of {@link fromNpz}. */
export interface FromNpzOptions extends ArrayFileOptions {
  /**
   * The name of the array of examples, e.g. `train_images`. Defaults to the first of `train_images`, `x_train`, `X`, `x` and
   * `data` that is there (with `split` instead of `train`), else to the only array.
   */
  readonly examples?: string | undefined
  /**
   * The name of the array of labels, `[n]` or `[n, 1]`; or `{ from }`, a .npy file. Defaults to none; without `examples` to the
   * array that belongs to it: `train_labels`, `y_train`, `y` or `target`, if it holds one integer for each example.
   */
  readonly labels?:
    | string
    | {
        /** Where the .npy file is. */
        readonly from: FileSource
      }
    | undefined
  /** Which part, where `examples` is left out: `train`, `test` or `val`. Defaults to `train`. */
  readonly split?: string | undefined
}

/**
 * A data set from an array of a .npz archive, as `np.savez` and `np.savez_compressed` write it, and as medmnist and Keras publish
 * theirs. Only the arrays that are used are read and unpacked.
 *
 * @param source the archive; bytes are borrowed for as long as the data set lives
 * @param options which arrays, the shape of an example, how values are scaled
 * @returns a data set; with labels, one that `withLabels` takes. uint8 is scaled by 1/255, other numbers become float32
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the archive is missing or damaged, an array is not in it (the facts list what is), or is not one of
 *   numbers
 * @throws {ShapeError} when `shape` does not fit
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const scans = await fromNpz('pneumoniamnist.npz', { examples: 'train_images', labels: 'train_labels' })
 * ```
 */
export function fromNpz(
  source: FileSource,
  options: FromNpzOptions & { readonly labels: string | { readonly from: FileSource } },
): Promise<LabelledDataset>
export function fromNpz(source: FileSource, options?: FromNpzOptions): Promise<IndexedDataset>
export async function fromNpz(source: FileSource, options: FromNpzOptions = {}): Promise<IndexedDataset> {
  assertOption('fromNpz', 'source', source, fileOption('a .npz archive'))
  assertOptions('fromNpz', options, {
    ...arrayFileChecks(),
    examples: nameOption,
    labels: nameOrFile,
    split: nameOption,
  })
  assertScale('fromNpz', options)
  const { split = 'train', timeout, signal } = options
  const reading = { timeout, signal }
  const archive = await openFile('fromNpz', 'source', source, reading)
  try {
    const members = await readZip(archive, refusing({ caller: 'fromNpz', file: archive.file }))
    const chosen = options.examples === undefined ? usualNames(members, split) : { examples: options.examples }
    const examples = await arrayIn(archive, members, chosen.examples)
    const { name = `${nameOfFile(archive.file, 'npz')}/${chosen.examples?.replace(/\.npy$/, '') ?? ''}` } = options
    const wanted = options.labels ?? ('labels' in chosen ? chosen.labels : undefined)
    return datasetOfArray('fromNpz', name, examples, await labelsIn(archive, members, wanted, reading), options)
  } finally {
    await archive.close()
  }
}

const nameOrFile: OptionCheck = (value) => {
  const file = typeof value === 'object' && value !== null && 'from' in value ? value.from : undefined
  return nameOption(value) === undefined || fileOption('')(file) === undefined
    ? undefined
    : 'the name of an array, or { from: a .npy file }'
}

type Members = ReadonlyMap<string, ZipMember>

/** What people call the arrays of one part, examples and labels. */
function usualNames(members: Members, split: string): { examples: string | undefined; labels: string | undefined } {
  const pairs = [
    [`${split}_images`, `${split}_labels`],
    [`x_${split}`, `y_${split}`],
    [`X_${split}`, `y_${split}`],
    ...(split === 'train'
      ? [
          ['X', 'y'],
          ['x', 'y'],
          ['images', 'labels'],
          ['data', 'target'],
        ]
      : []),
  ] as const
  const pair = pairs.find(([examples]) => examples !== undefined && memberNamed(members, examples) !== undefined)
  if (pair !== undefined) {
    const [examples, labels] = pair
    return { examples, labels: labels !== undefined && memberNamed(members, labels) ? labels : undefined }
  }
  const [only, another] = [...members.keys()]
  return { examples: split === 'train' && another === undefined ? only : undefined, labels: undefined }
}

function memberNamed(members: Members, name: string): ZipMember | undefined {
  return members.get(`${name}.npy`) ?? members.get(name)
}

async function labelsIn(
  archive: OpenFile,
  members: Members,
  wanted: FromNpzOptions['labels'],
  reading: ReadingOptions,
): Promise<Labels | undefined> {
  if (wanted === undefined) return undefined
  const array =
    typeof wanted === 'string'
      ? await arrayIn(archive, members, wanted)
      : await npyAt('fromNpz', 'labels', wanted.from, reading)
  return labelsOfArray('fromNpz', array)
}

/** One array of the archive by its name, with `.npy` or without. */
async function arrayIn({ file }: OpenFile, members: Members, name: string | undefined): Promise<FileArray> {
  const origin = { caller: 'fromNpz', file }
  const member = name === undefined ? undefined : memberNamed(members, name)
  if (member === undefined) {
    const names = [...members.keys()].map((key) => key.replace(/\.npy$/, ''))
    throw fileError(origin, name === undefined ? 'an archive of several arrays' : `an archive without \`${name}\``, {
      facts: { Arrays: names.join(', ') || 'none' },
      fix: 'pass the name of one of them as `examples`, and of another as `labels` if you need them',
    })
  }
  const inside = `${file}, ${member.name}`
  return { file: inside, array: readNpy(await member.read(), refusing({ ...origin, file: inside })) }
}
