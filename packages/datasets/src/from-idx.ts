// Any IDX file as a dataset.
import { type Shape, sizeOfShape } from '@ae/core'
import { assertOptions, finiteNumber, nameOption, show } from '@ae/core/internal'
import type { ArrayDataset } from './array-dataset.ts'
import { fileError } from './file-error.ts'
import { assertScale, scaled } from './files/array-data.ts'
import { type FileSource, fileOption, readWhole } from './files/open-file.ts'
import { type Idx, readIdx } from './idx.ts'
import { type IndexedDataset, type LabelledDataset, type Labels, nameOfFirst } from './indexed-dataset.ts'
import { assertOneLabelEach, datasetOf } from './parts.ts'
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
  return idxDataset('fromIdx', name, files, options)
}

/** The unpacked IDX files of a dataset. */
interface IdxFiles {
  /** All images, or as many of the first as the dataset shall have. */
  readonly images: UnpackedFile
  readonly labels?: UnpackedFile | undefined
}

/** How the files become a dataset. */
interface IdxForm {
  /** Only the first so many examples. Defaults to all. */
  readonly limit?: number | undefined
  /** See {@link FromIdxOptions}. */
  readonly minimum?: number | undefined
  /** See {@link FromIdxOptions}. */
  readonly maximum?: number | undefined
  /** The label that becomes 0. Defaults to 0. */
  readonly firstLabel?: number | undefined
  /** Whether the square images of bytes lie mirrored at their diagonal; they are turned where they are. Defaults to false. */
  readonly isTransposed?: boolean | undefined
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
): LabelledDataset
export function idxDataset(caller: string, name: string, files: IdxFiles, form?: IdxForm): ArrayDataset
export function idxDataset(
  caller: string,
  name: string,
  files: IdxFiles,
  { limit = Number.POSITIVE_INFINITY, firstLabel = 0, ...form }: IdxForm = {},
): IndexedDataset {
  const { size, shape, values } = imagesIn(files.images, caller, form)
  const labels = files.labels && labelsIn(files.labels, caller, firstLabel)
  const names = { Images: files.images.file, ...(files.labels && { Labels: files.labels.file }) }
  if (labels) assertOneLabelEach(caller, size, labels, names)
  if (limit >= size) return datasetOf(caller, { name, shape, values, labels }, names)
  const parts = { name: nameOfFirst(name, limit), shape, labels: labels?.slice(0, limit) }
  return datasetOf(caller, { ...parts, values: values.subarray(0, limit * sizeOfShape(shape)) }, names)
}

async function open(argument: string, source: IdxSource, reading: ReadingOptions): Promise<UnpackedFile> {
  const found =
    typeof source === 'string' || source instanceof URL
      ? await readFileAt('fromIdx', String(source), reading)
      : await readWhole('fromIdx', argument, source, reading)
  return unpack(found, 'fromIdx', { signal: reading.signal })
}

/** Images as values and the shape of one: `[n, h, w]` -> `[h, w, 1]`. */
function imagesIn(
  { file, bytes, length }: UnpackedFile,
  caller: string,
  { minimum = 0, maximum, isTransposed = false }: IdxForm,
): { size: number; shape: Shape; values: Uint8Array | Float32Array } {
  const idx = readIdx(bytes, { caller, file }, length)
  const [size = 0, ...example] = idx.shape
  if (maximum === undefined && isInteger(idx.values) && !(idx.values instanceof Uint8Array)) {
    throw fileError({ caller, file }, `images of type ${typeOf(idx)}, which it cannot scale`, {
      facts: { Expected: 'uint8, which becomes 0 to 1, or floats, which stay as they are', Received: describe(idx) },
      fix: example.length === 0 ? imagesFix : scaleFix(caller),
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
      facts: { Expected: 'at least 2 axes', Received: describe(idx) },
      fix: imagesFix,
    })
  }
  const [height = 1, width = 1, ...channels] = example
  if (isTransposed && (height !== width || channels.length > 0 || !(idx.values instanceof Uint8Array))) {
    throw fileError({ caller, file }, 'images that are not square', {
      facts: { Expected: '[28, 28] bytes', Received: describe(idx) },
      fix: 'use fromIdx for other images',
    })
  }
  if (isTransposed) transpose(idx.values as Uint8Array, height)
  return { size, values: valuesIn(idx, minimum, maximum), shape: example.length === 2 ? [...example, 1] : example }
}

function valuesIn({ values }: Idx, minimum: number, maximum: number | undefined): Uint8Array | Float32Array {
  if (maximum !== undefined) return scaled(values, minimum, maximum)
  return values instanceof Uint8Array || values instanceof Float32Array ? values : Float32Array.from(values)
}

/** Mirrors square images at their diagonal. */
function transpose(values: Uint8Array, side: number): void {
  for (let first = 0; first < values.length; first += side * side) {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < row; column++) {
        const [a, b] = [first + row * side + column, first + column * side + row]
        const value = values[a] as number
        values[a] = values[b] as number
        values[b] = value
      }
    }
  }
}

function labelsIn({ file, bytes }: UnpackedFile, caller: string, firstLabel: number): Labels {
  const idx = readIdx(bytes, { caller, file })
  const [count = 0, columns = 1] = idx.shape
  const { values } = idx
  if (isInteger(values) && (idx.shape.length === 1 || (idx.shape.length === 2 && columns === columnsOfQmnist))) {
    const step = idx.shape.length === 1 ? 1 : columns
    if (step === 1 && firstLabel === 0 && values instanceof Uint8Array) return values
    const labels = Int32Array.from({ length: count }, (_, i) => (values[i * step] as number) - firstLabel)
    const low = labels.findIndex((label) => label < 0)
    if (firstLabel === 0 || low < 0) return labels
    throw fileError({ caller, file }, 'labels that do not count from 1', {
      facts: { Expected: `labels from ${firstLabel}`, Received: `${values[low * step]} at index ${low}` },
      fix: 'pass the published file of this part',
    })
  }
  throw fileError({ caller, file }, 'an IDX file that holds no labels', {
    facts: { Expected: 'integers of 1 axis', Received: describe(idx) },
    fix: 'pass the file of the labels, such as train-labels-idx1-ubyte',
  })
}

/** The class, and where the digit comes from (Yadav and Bottou, Cold Case: The Lost MNIST Digits, 2019). */
const columnsOfQmnist = 8

const imagesFix = 'pass the file of the images, such as train-images-idx3-ubyte'

/** Axes of one example: a batch of them has one more, and no tensor of tfjs has more than six. */
const mostAxes = 5

/** `idxFolder`, which takes no scale, cannot read such images. */
function scaleFix(caller: string): string {
  return caller === 'fromIdx' ? 'pass `maximum`, the value that becomes 1' : 'read the file by fromIdx with `maximum`'
}

function isInteger(values: Idx['values']): values is Exclude<Idx['values'], Float32Array | Float64Array> {
  return !(values instanceof Float32Array || values instanceof Float64Array)
}

function typeOf({ values }: Idx): string {
  return Object.prototype.toString.call(values).slice(8, -6).toLowerCase()
}

function describe(idx: Idx): string {
  const { shape } = idx
  return `${typeOf(idx)} of ${shape.length} ${shape.length === 1 ? 'axis' : 'axes'}, ${show(shape)}`
}
