// Any IDX file as a dataset.
import { assertOptions, finiteNumber, nameOption } from '@ae/core/internal'
import type { ArrayDataset } from './array-dataset.ts'
import { assertScale, scaled } from './files/array-data.ts'
import { type FileSource, fileOption, readWhole } from './files/open-file.ts'
import type { Idx } from './idx.ts'
import { type IdxForm, idxDataset } from './idx-dataset.ts'
import type { IndexedDataset, LabelledDataset } from './indexed-dataset.ts'
import { type ReadingOptions, readFileAt, readingChecks } from './place.ts'
import { type UnpackedFile, unpack } from './unpack.ts'

/** An IDX file, plain or gzip: its path or URL, a `File` or another `Blob`, or its bytes. */
export type IdxSource = FileSource

/** Options of `fromIdx`. */
export interface FromIdxOptions extends ReadingOptions {
  /**
   * Examples: `[count, ...shape]`. Two axes after the count get a third, of one channel. They are of type uint8, float32 or float64;
   * with `maximum` of any type.
   */
  readonly images: IdxSource
  /** Their labels, integers: `[count]`, or `[count, 8]` as QMNIST has them, of which the first is taken. Defaults to none. */
  readonly labels?: IdxSource | undefined
  /** The stored value that becomes 0, where `maximum` is given. Defaults to 0. */
  readonly minimum?: number | undefined
  /** The stored value that becomes 1. Defaults to none: uint8 becomes value / 255, and floats stay as they are. */
  readonly maximum?: number | undefined
  /** What the data is; goes into saved models. Defaults to `idx`. */
  readonly name?: string | undefined
}

/**
 * A dataset from IDX files, plain or gzip.
 *
 * @param options the files; bytes are borrowed for as long as the dataset lives
 * @returns a dataset; with labels, one that `withLabels` takes. Values of type uint8 are scaled by 1/255
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when a file is missing, corrupt, truncated or of another kind, or the two do not fit
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const letters = await fromIdx({ images: 'emnist-letters-train-images-idx3-ubyte.gz' })
 * ```
 */
export function fromIdx(options: FromIdxOptions & { readonly labels: IdxSource }): Promise<LabelledDataset>
export function fromIdx(options: FromIdxOptions): Promise<ArrayDataset>
export async function fromIdx(options: FromIdxOptions): Promise<IndexedDataset> {
  const source = fileOption('an IDX file')
  const checks = { images: source, labels: source, minimum: finiteNumber, maximum: finiteNumber, name: nameOption }
  assertOptions('fromIdx', options, { ...checks, ...readingChecks() }, ['images'])
  assertScale('fromIdx', options)
  const { images, labels, name = 'idx', timeout, signal } = options
  const reading = { timeout, signal }
  const files = {
    images: await open('images', images, reading),
    labels: labels === undefined ? undefined : await open('labels', labels, reading),
  }
  const { minimum = 0, maximum } = options
  const form =
    maximum === undefined ? anyIdx : { ...anyIdx, valuesOf: ({ values }: Idx) => scaled(values, minimum, maximum) }
  return idxDataset('fromIdx', name, files, form)
}

async function open(argument: string, source: IdxSource, reading: ReadingOptions): Promise<UnpackedFile> {
  const found =
    typeof source === 'string' || source instanceof URL
      ? await readFileAt('fromIdx', String(source), reading)
      : await readWhole('fromIdx', argument, source, reading)
  return unpack(found, 'fromIdx', { signal: reading.signal })
}

/** Files of any type: floats as they are; integers as labels, also the first of QMNIST's eight columns. */
export const anyIdx: IdxForm = {
  valuesOf: ({ values }) => (values instanceof Float64Array ? Float32Array.from(values) : undefined),
  labelsOf({ values, shape }) {
    const [count = 0, columns = 1] = shape
    const isLabels = shape.length === 1 || (shape.length === 2 && columns === columnsOfQmnist)
    const isInteger = !(values instanceof Float32Array || values instanceof Float64Array)
    if (!isLabels || !isInteger || (columns === 1 && values instanceof Uint8Array)) return undefined
    return Int32Array.from({ length: count }, (_, i) => values[i * columns] as number)
  },
}

/** The class, and where the digit comes from (Yadav and Bottou, Cold Case: The Lost MNIST Digits, 2019). */
const columnsOfQmnist = 8
