// A dataset from unpacked IDX files: those of MNIST, and with functions of the caller any others.
import { type Shape, sizeOfShape } from '@ae/core'
import type { ArrayDataset } from './array-dataset.ts'
import type { Origin } from './file-error.ts'
import { type Idx, readIdx } from './idx.ts'
import { type IndexedDataset, type LabelledDataset, type Labels, nameOfFirst, type Values } from './indexed-dataset.ts'
import { assertOneLabelEach, datasetOf } from './parts.ts'
import type { UnpackedFile } from './unpack.ts'

/** The unpacked IDX files of a dataset. */
interface IdxFiles {
  /** All images, or as many of the first as the dataset shall have. */
  readonly images: UnpackedFile
  readonly labels?: UnpackedFile | undefined
}

/** How the files become a dataset. */
export interface IdxForm {
  /** Only the first so many examples. Defaults to all. */
  readonly limit?: number | undefined
  /** The names of the classes, by label. Defaults to none. */
  readonly classNames?: readonly string[] | undefined
  /** The values of files of other types than uint8 and float32, or in another order; undefined for those that it cannot give. */
  valuesOf?(idx: Idx, origin: Origin): Values | undefined
  /** The labels of files of other types than uint8 and int32, or of other axes; undefined for those that it cannot give. */
  labelsOf?(idx: Idx, origin: Origin): Labels | undefined
}

/**
 * A dataset from unpacked IDX files.
 *
 * @param caller the public function, for messages
 */
export function idxDataset(
  caller: string,
  name: string,
  files: IdxFiles & { readonly labels: UnpackedFile },
  form?: IdxForm,
): Promise<LabelledDataset>
export function idxDataset(caller: string, name: string, files: IdxFiles, form?: IdxForm): Promise<ArrayDataset>
export async function idxDataset(
  caller: string,
  name: string,
  files: IdxFiles,
  form: IdxForm = {},
): Promise<IndexedDataset> {
  const { limit = Number.POSITIVE_INFINITY, classNames } = form
  const { size, shape, values } = await imagesIn(files.images, caller, form)
  const labels = files.labels && (await labelsIn(files.labels, caller, form))
  const names = { Images: files.images.file, ...(files.labels && { Labels: files.labels.file }) }
  if (labels) assertOneLabelEach(caller, size, labels, names)
  const notes = classNames && { classNames }
  if (limit >= size) return datasetOf(caller, { name, shape, values, labels, notes }, names)
  const parts = { name: nameOfFirst(name, limit), shape, labels: labels?.slice(0, limit), notes }
  return datasetOf(caller, { ...parts, values: values.subarray(0, limit * sizeOfShape(shape)) }, names)
}

/** Images as values and the shape of one: `[n, h, w]` -> `[h, w, 1]`. */
async function imagesIn(
  { file, bytes, length }: UnpackedFile,
  caller: string,
  form: IdxForm,
): Promise<{ size: number; shape: Shape; values: Values }> {
  const origin = { caller, file }
  const idx = readIdx(bytes, origin, length)
  const [size = 0, ...example] = idx.shape
  const plain = idx.values instanceof Uint8Array || idx.values instanceof Float32Array ? idx.values : undefined
  const values = form.valuesOf?.(idx, origin) ?? plain
  if (values === undefined || example.length === 0 || example.length > mostAxes) {
    throw (await import('./idx-refusals.ts')).refusedImages(idx, origin, values)
  }
  return { size, values, shape: example.length === 2 ? [...example, 1] : example }
}

async function labelsIn({ file, bytes }: UnpackedFile, caller: string, form: IdxForm): Promise<Labels> {
  const origin = { caller, file }
  const idx = readIdx(bytes, origin)
  const { values, shape } = idx
  const labels = form.labelsOf?.(idx, origin)
  if (labels !== undefined) return labels
  if (shape.length === 1 && (values instanceof Uint8Array || values instanceof Int32Array)) return values
  throw (await import('./idx-refusals.ts')).refusedLabels(idx, origin)
}

/** Axes of one example: a batch of them has one more, and no tensor of tfjs has more than six. */
const mostAxes = 5
