// A .npy file of NumPy as a data set.
import { assertOption, assertOptions, type OptionCheck, readNpy } from '@ae/core/internal'
import type { IndexedDataset, LabelledDataset, Labels } from '../indexed-dataset.ts'
import type { ReadingOptions } from '../place.ts'
import { labelsOption, storedLabels } from '../stored-values.ts'
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
import { type FileSource, fileOption, readWhole } from './open-file.ts'

/** Options of {@link fromNpy}. */
export interface FromNpyOptions extends ArrayFileOptions {
  /** Labels: another .npy file of integers, `[n]` or `[n, 1]`, or an array of them. A Uint8Array is a file. Defaults to none. */
  readonly labels?: FileSource | readonly number[] | Int32Array | undefined
}

/**
 * A data set from a .npy file, as `np.save` writes it: versions 1 to 3, either byte order, C and Fortran order, booleans,
 * integers and floats of 16, 32 and 64 bits. The first axis counts the examples.
 *
 * @param source the file; bytes are borrowed for as long as the data set lives
 * @param options labels, the shape of an example, how values are scaled
 * @returns a data set; with labels, one that `withLabels` takes. uint8 is scaled by 1/255, other numbers become float32
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when a file is missing, damaged, or of another kind (structured, objects, text, bfloat16), when an integer
 *   is beyond 2^53, or a value is NaN or infinite
 * @throws {ShapeError} when `shape` does not fit
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const digits = await fromNpy('digits.npy', { labels: 'target.npy', maximum: 16 })
 * ```
 */
export function fromNpy(
  source: FileSource,
  options: FromNpyOptions & { readonly labels: FileSource | readonly number[] | Int32Array },
): Promise<LabelledDataset>
export function fromNpy(source: FileSource, options?: FromNpyOptions): Promise<IndexedDataset>
export async function fromNpy(source: FileSource, options: FromNpyOptions = {}): Promise<IndexedDataset> {
  assertOption('fromNpy', 'source', source, fileOption('a .npy file'))
  assertOptions('fromNpy', options, { ...arrayFileChecks(), labels: labelsOrFile })
  assertScale('fromNpy', options)
  const { labels, timeout, signal } = options
  const reading = { timeout, signal }
  const examples = await npyAt('fromNpy', 'source', source, reading)
  const { name = nameOfFile(examples.file, 'npy') } = options
  return datasetOfArray('fromNpy', name, examples, await labelsAt(labels, reading), options)
}

const labelsOrFile: OptionCheck = (value) =>
  fileOption('a .npy file')(value) === undefined || labelsOption(value) === undefined
    ? undefined
    : 'a .npy file or an array of integers'

async function labelsAt(labels: FromNpyOptions['labels'], reading: ReadingOptions): Promise<Labels | undefined> {
  if (labels === undefined) return undefined
  if (Array.isArray(labels) || labels instanceof Int32Array) return storedLabels('fromNpy', labels)
  return labelsOfArray('fromNpy', await npyAt('fromNpy', 'labels', labels as FileSource, reading))
}

/** The array of a .npy file. */
export async function npyAt(
  caller: string,
  argument: string,
  source: FileSource,
  reading: ReadingOptions,
): Promise<FileArray> {
  const { file, bytes } = await readWhole(caller, argument, source, reading)
  return { file, array: readNpy(bytes, refusing({ caller, file })) }
}
