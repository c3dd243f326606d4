// A tensor of a safetensors file as a data set.
import { readSafetensors, type StoredTensor } from '@ae/core'
import { assertOption, assertOptions, nameOption } from '@ae/core/internal'
import { fileError } from '../file-error.ts'
import type { IndexedDataset, LabelledDataset } from '../indexed-dataset.ts'
import {
  type ArrayFileOptions,
  arrayFileChecks,
  assertScale,
  datasetOfArray,
  type FileArray,
  labelsOfArray,
  nameOfFile,
} from './array-data.ts'
import { type FileSource, fileOption, readWhole } from './open-file.ts'

/** Options of {@link fromSafetensors}. */
export interface FromSafetensorsOptions extends ArrayFileOptions {
  /** The name of the tensor of examples. Defaults to the only tensor. */
  readonly examples?: string | undefined
  /** The name of the tensor of labels, `[n]` or `[n, 1]`. Defaults to none. */
  readonly labels?: string | undefined
}

/**
 * A data set from a tensor of a safetensors file, of any type that safetensors has for numbers. The first axis counts the examples.
 *
 * @param source the file; bytes are borrowed until the promise settles
 * @param options which tensors, the shape of an example, how values are scaled
 * @returns a data set; with labels, one that `withLabels` takes. U8 is scaled by 1/255, other numbers become float32
 * @throws {OptionError} on an unknown or bad option
 * @throws {WeightsError} when the file is damaged, or an integer is beyond 2^53
 * @throws {DatasetError} when the file is missing, a tensor is not in it (the facts list what is), or a value is NaN or infinite
 * @throws {ShapeError} when `shape` does not fit
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const codes = await fromSafetensors('codes.safetensors', { examples: 'activations' })
 * ```
 */
export function fromSafetensors(
  source: FileSource,
  options: FromSafetensorsOptions & { readonly labels: string },
): Promise<LabelledDataset>
export function fromSafetensors(source: FileSource, options?: FromSafetensorsOptions): Promise<IndexedDataset>
export async function fromSafetensors(
  source: FileSource,
  options: FromSafetensorsOptions = {},
): Promise<IndexedDataset> {
  assertOption('fromSafetensors', 'source', source, fileOption('a safetensors file'))
  assertOptions('fromSafetensors', options, { ...arrayFileChecks(), examples: nameOption, labels: nameOption })
  assertScale('fromSafetensors', options)
  const { labels, timeout, signal } = options
  const { file, bytes } = await readWhole('fromSafetensors', 'source', source, { timeout, signal })
  const { tensors } = readSafetensors(bytes, { caller: 'fromSafetensors', source: file })
  const [only, another] = tensors.keys()
  const { examples = another === undefined ? only : undefined } = options
  const array = tensorIn(file, tensors, examples)
  const { name = `${nameOfFile(file, 'safetensors')}/${examples}` } = options
  const read = labels === undefined ? undefined : labelsOfArray('fromSafetensors', tensorIn(file, tensors, labels))
  return datasetOfArray('fromSafetensors', name, array, read, options)
}

function tensorIn(file: string, tensors: ReadonlyMap<string, StoredTensor>, name: string | undefined): FileArray {
  const found = name === undefined ? undefined : tensors.get(name)
  if (name !== undefined && found !== undefined) {
    const { shape, data, dtype = '' } = found // decoded here, where an integer that is too large is caught
    return { file: `${file}, ${name}`, array: { shape, data, dtype } }
  }
  const what = name === undefined ? 'a file of several tensors' : `a file without the tensor \`${name}\``
  const names = [...tensors.keys()]
  throw fileError({ caller: 'fromSafetensors', file }, what, {
    facts: { Tensors: names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '') || 'none' },
    fix: 'pass the name of one of them as `examples`, and of another as `labels` if you need them',
  })
}
