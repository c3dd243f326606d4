// Any IDX file as a dataset.
import { type Shape, sizeOfShape } from '@ae/core'
import { assertOptions, nameOption, type OptionCheck, show } from '@ae/core/internal'
import type { ArrayDataset } from './array-dataset.ts'
import { fileError } from './file-error.ts'
import { asBytes, bytesOption, type Idx, readIdx } from './idx.ts'
import { type IndexedDataset, type LabelledDataset, type Labels, nameOfFirst } from './indexed-dataset.ts'
import { assertOneLabelEach, datasetOf } from './parts.ts'
import { type ReadingOptions, readFileAt, readingChecks } from './place.ts'
import { type UnpackedFile, unpack } from './unpack.ts'

/** An IDX file, plain or gzip: its path or URL, or its bytes. */
export type IdxSource = string | URL | Uint8Array | ArrayBuffer

/** Options of `fromIdx`. */
export interface FromIdxOptions extends ReadingOptions {
  /** Examples of type uint8 or float32: `[count, ...shape]`. Two axes after the count get a third, of one channel. */
  readonly images: IdxSource
  /** Their labels, of type uint8 or int32: `[count]`. */
  readonly labels?: IdxSource | undefined
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
  const checks = { images: sourceOption, labels: sourceOption, name: nameOption }
  assertOptions('fromIdx', options, { ...checks, ...readingChecks() }, ['images'])
  const { images, labels, name = 'idx', timeout, signal } = options
  const reading = { timeout, signal }
  return idxDataset('fromIdx', name, {
    images: await open('images', images, reading),
    labels: labels === undefined ? undefined : await open('labels', labels, reading),
  })
}

/** The unpacked IDX files of a dataset. */
interface IdxFiles {
  /** All images, or as many of the first as the dataset shall have. */
  readonly images: UnpackedFile
  readonly labels?: UnpackedFile | undefined
}

/**
 * A dataset from unpacked IDX files.
 *
 * @param caller the public function, for messages
 * @param limit only the first so many examples, or all
 */
export function idxDataset(
  caller: string,
  name: string,
  files: IdxFiles & { readonly labels: UnpackedFile },
  limit?: number,
): LabelledDataset
export function idxDataset(caller: string, name: string, files: IdxFiles, limit?: number): ArrayDataset
export function idxDataset(
  caller: string,
  name: string,
  files: IdxFiles,
  limit = Number.POSITIVE_INFINITY,
): IndexedDataset {
  const { size, shape, values } = imagesIn(files.images, caller)
  const labels = files.labels && labelsIn(files.labels, caller)
  const names = { Images: files.images.file, ...(files.labels && { Labels: files.labels.file }) }
  if (labels) assertOneLabelEach(caller, size, labels, names)
  if (limit >= size) return datasetOf(caller, { name, shape, values, labels }, names)
  const parts = { name: nameOfFirst(name, limit), shape, labels: labels?.slice(0, limit) }
  return datasetOf(caller, { ...parts, values: values.subarray(0, limit * sizeOfShape(shape)) }, names)
}

const sourceOption: OptionCheck = (value) =>
  (typeof value === 'string' && value !== '') || value instanceof URL || bytesOption(value) === undefined
    ? undefined
    : 'a path, a URL or the bytes of an IDX file'

async function open(argument: string, source: IdxSource, reading: ReadingOptions): Promise<UnpackedFile> {
  const isLocation = typeof source === 'string' || source instanceof URL
  const found = isLocation
    ? await readFileAt('fromIdx', String(source), reading)
    : { file: argument, bytes: asBytes(source) }
  return unpack(found, 'fromIdx', { signal: reading.signal })
}

/** Images as values and the shape of one: `[n, h, w]` -> `[h, w, 1]`. */
function imagesIn(
  { file, bytes, length }: UnpackedFile,
  caller: string,
): { size: number; shape: Shape; values: Uint8Array | Float32Array } {
  const idx = readIdx(bytes, { caller, file }, length)
  const [size = 0, ...example] = idx.shape
  if (idx.values instanceof Int32Array) {
    throw fileError({ caller, file }, 'images of type int32, which it cannot scale', {
      facts: { Expected: 'uint8, which becomes 0 to 1, or float32, which stays as it is', Received: describe(idx) },
      fix: isLabels(idx)
        ? imagesFix
        : 'write the file with one of these types, or pass Float32Array.from(decodeIdx(bytes).values) to fromArray',
    })
  }
  if (example.length > mostAxes) {
    throw fileError({ caller, file }, 'an IDX file with more axes than a tensor has', {
      facts: { Expected: `up to ${mostAxes + 1} axes, the first being the number of images`, Received: describe(idx) },
      fix: imagesFix,
    })
  }
  if (example.length === 0) {
    throw fileError({ caller, file }, 'an IDX file that holds no images', {
      facts: { Expected: 'uint8 or float32 of at least 2 axes', Received: describe(idx) },
      fix: imagesFix,
    })
  }
  return { size, values: idx.values, shape: example.length === 2 ? [...example, 1] : example }
}

function labelsIn({ file, bytes }: UnpackedFile, caller: string): Labels {
  const idx = readIdx(bytes, { caller, file })
  if (isLabels(idx)) return idx.values
  throw fileError({ caller, file }, 'an IDX file that holds no labels', {
    facts: { Expected: 'uint8 or int32 of 1 axis', Received: describe(idx) },
    fix: 'pass the file of the labels, such as train-labels-idx1-ubyte',
  })
}

const imagesFix = 'pass the file of the images, such as train-images-idx3-ubyte'

/** Axes of one example: a batch of them has one more, and no tensor of tfjs has more than six. */
const mostAxes = 5

function isLabels(idx: Idx): idx is Idx & { readonly values: Labels } {
  return !(idx.values instanceof Float32Array) && idx.shape.length === 1
}

function describe({ shape, values }: Idx): string {
  const type = values instanceof Uint8Array ? 'uint8' : values instanceof Int32Array ? 'int32' : 'float32'
  return `${type} of ${shape.length} ${shape.length === 1 ? 'axis' : 'axes'}, ${show(shape)}`
}
