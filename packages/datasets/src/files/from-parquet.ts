// Columns of a Parquet file as a data set.
import { DatasetError, type Shape, sizeOfShape } from '@ae/core'
import { assertOption, assertOptions, nameOption, type OptionCheck, show } from '@ae/core/internal'
import { fileError, type Origin } from '../file-error.ts'
import type { Picture } from '../images/decoding/picture.ts'
import type { IndexedDataset, LabelledDataset } from '../indexed-dataset.ts'
import { datasetOf } from '../parts.ts'
import { type ArrayFileOptions, arrayFileChecks, assertScale, nameOfFile, scaled } from './array-data.ts'
import { type FileSource, fileOption } from './open-file.ts'
import { openParquet, type ParquetColumn, type ParquetFile } from './parquet-file.ts'
import {
  type ColumnOrigin,
  eachGroup,
  labelsOfColumn,
  missing,
  unusable,
  widthOf,
  writeNumbers,
} from './parquet-values.ts'

/** Options of {@link fromParquet}. */
export interface FromParquetOptions extends Omit<ArrayFileOptions, 'shape'> {
  /**
   * The columns of an example, in this order: numbers, booleans, and lists of numbers, one after the other; or one column of images
   * as the data sets of Hugging Face have them, structs with the field `bytes`. Defaults to the only column of images or of lists,
   * else to all columns of numbers but `labels`.
   */
  readonly columns?: string | readonly string[] | undefined
  /**
   * The column of the labels: integers, or texts, of which the first in alphabetical order is 0. Texts, and the names that Hugging
   * Face's class labels have, become `classNames` of the data's notes. Defaults to none.
   */
  readonly labels?: string | undefined
  /**
   * The shape of one example, with as many values. Images are scaled and fitted into `[height, width, 1]` or `[height, width, 3]`, as
   * `imageFolder` does. Defaults to the number of values; for images to the size and colours of the first, which all others must have.
   */
  readonly shape?: Shape | undefined
}

/**
 * A data set from columns of a Parquet file, in any of the encodings and packings that pandas, pyarrow, polars and the data sets of
 * Hugging Face use. Missing values are an error, never 0. Row groups are read one by one, so that the memory needed is that of the
 * examples and of one row group.
 *
 * @param source the file; bytes are borrowed until the promise settles
 * @param options which columns, labels, the shape of an example, how values are scaled
 * @returns a data set; with labels, one that `withLabels` takes. Columns that are all of type uint8, and images, are scaled by 1/255;
 *   other numbers become float32
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the file is missing or damaged, a column is not in it or holds no numbers, a value is missing, or
 *   examples differ in size
 * @throws {ShapeError} when `shape` does not fit
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const digits = await fromParquet('train-00000-of-00001.parquet', { columns: 'image', labels: 'label' })
 * ```
 */
export function fromParquet(
  source: FileSource,
  options: FromParquetOptions & { readonly labels: string },
): Promise<LabelledDataset>
export function fromParquet(source: FileSource, options?: FromParquetOptions): Promise<IndexedDataset>
export async function fromParquet(source: FileSource, options: FromParquetOptions = {}): Promise<IndexedDataset> {
  assertOption('fromParquet', 'source', source, fileOption('a Parquet file'))
  assertOptions('fromParquet', options, {
    ...arrayFileChecks(),
    columns: columnsOption,
    labels: nameOption,
  })
  assertScale('fromParquet', options)
  const { labels: labelColumn, timeout, signal, minimum = 0, maximum } = options
  const parquet = await openParquet('fromParquet', source, { timeout, signal })
  try {
    const { file } = parquet
    const chosen = columnsOf(parquet, options)
    const labels = labelColumn === undefined ? undefined : columnNamed(parquet, labelColumn)
    const examples = chosen.some(({ kind }) => kind === 'images' || kind === 'binary')
      ? await imagesIn(parquet, chosen, options.shape)
      : await numbersIn(parquet, chosen)
    const { name = nameOfFile(file, 'parquet'), shape = examples.shape } = options
    if (sizeOfShape(shape) !== sizeOfShape(examples.shape)) {
      throw fileError({ caller: 'fromParquet', file }, 'a `shape` with another number of values than an example has', {
        facts: { Expected: `${sizeOfShape(examples.shape)} values`, Received: show(shape) },
        fix: 'pass the shape of one example, without the number of examples',
      })
    }
    const read = labels && (await labelsOfColumn({ caller: 'fromParquet', file, column: labels }, parquet))
    const values = maximum === undefined ? examples.values : scaled(examples.values, minimum, maximum)
    const classNames = read?.classNames ?? (labels && namesOfFeature(parquet, labels.name))
    const notes = classNames && { classNames }
    return datasetOf('fromParquet', { name, shape, values, labels: read?.labels, notes }, { File: file })
  } finally {
    await parquet.close()
  }
}

/** The names of the classes, as the data sets of Hugging Face write them into the file. */
function namesOfFeature({ texts }: ParquetFile, column: string): readonly string[] | undefined {
  try {
    const names: unknown = JSON.parse(texts.get('huggingface') ?? 'null')?.info?.features?.[column]?.names
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined
  } catch {
    return undefined // the text of another writer
  }
}

const columnsOption: OptionCheck = (value) =>
  nameOption(value) === undefined ||
  (Array.isArray(value) && value.length > 0 && Array.from(value).every((name) => nameOption(name) === undefined))
    ? undefined
    : 'the name of a column, or an array of names'

interface Examples {
  readonly shape: Shape
  readonly values: Uint8Array | Float32Array
}

/** The columns that are asked for, or that are there. */
function columnsOf(parquet: ParquetFile, { columns, labels }: FromParquetOptions): readonly ParquetColumn[] {
  if (columns !== undefined) {
    const names = typeof columns === 'string' ? [columns] : columns
    return names.map((name) => assertUsable(parquet, columnNamed(parquet, name)))
  }
  const others = parquet.columns.filter(({ name }) => name !== labels)
  for (const kind of ['images', 'lists'] as const) {
    const [only, another] = others.filter((column) => column.kind === kind)
    if (only !== undefined && another === undefined) return [only]
  }
  const numbers = others.filter(({ kind }) => kind === 'numbers' || kind === 'bytes')
  if (numbers.length > 0) return numbers
  throw fileError({ caller: 'fromParquet', file: parquet.file }, 'a Parquet file without a column of numbers', {
    facts: { Columns: listOf(parquet) },
    fix: 'pass `columns`, the names of the columns of an example',
  })
}

function columnNamed(parquet: ParquetFile, name: string): ParquetColumn {
  const column = parquet.columns.find((each) => each.name === name)
  if (column !== undefined) return column
  throw fileError({ caller: 'fromParquet', file: parquet.file }, `a Parquet file without the column ${show(name)}`, {
    facts: { Columns: listOf(parquet) },
    fix: 'pass names of columns that are in the file',
  })
}

function assertUsable(parquet: ParquetFile, column: ParquetColumn): ParquetColumn {
  const cures: Readonly<Record<string, string>> = {
    text: 'name columns of numbers; texts can be `labels`, and fromCsv and fromRows take categories',
    dates: 'save dates as numbers, e.g. frame[column].astype("int64"), or leave the column out',
    others: 'name columns of numbers, of lists of numbers, or one of images',
  }
  const cure = cures[column.kind]
  if (cure === undefined) return column
  throw fileError({ caller: 'fromParquet', file: parquet.file }, `a column that holds no numbers`, {
    facts: { Column: `${column.name} (${column.type})`, Columns: listOf(parquet) },
    fix: cure,
  })
}

function listOf({ columns }: ParquetFile): string {
  const shown = columns.slice(0, 12).map(({ name, type }) => `${name} (${type})`)
  return shown.join(', ') + (columns.length > 12 ? ', …' : '')
}

/** Numbers and lists of numbers, one column after the other. */
async function numbersIn(parquet: ParquetFile, columns: readonly ParquetColumn[]): Promise<Examples> {
  const count = parquet.groups.reduce((sum, rows) => sum + rows, 0)
  const firstGroup = parquet.groups.findIndex((rows) => rows > 0)
  const widths: number[] = []
  for (const column of columns) {
    const first = column.kind !== 'lists' || count === 0 ? 1 : (await parquet.read(column.name, firstGroup))[0]
    if (first === null || first === undefined) throw missing({ caller: 'fromParquet', file: parquet.file, column }, 0)
    widths.push(widthOf(first))
  }
  const stride = widths.reduce((sum, width) => sum + width, 0)
  assertRoom(parquet, count * stride)
  const areBytes = columns.every(({ holdsBytes }) => holdsBytes)
  const values = new (areBytes ? Uint8Array : Float32Array)(count * stride)
  let offset = 0
  for (const [i, column] of columns.entries()) {
    const origin = { caller: 'fromParquet', file: parquet.file, column }
    const into = { values, stride, offset }
    await eachGroup(parquet, column.name, (read, firstRow) =>
      writeNumbers(origin, read, firstRow, into, widths[i] as number),
    )
    offset += widths[i] as number
  }
  return { shape: [stride], values }
}

/** Pictures, scaled to one shape or all of one size. */
async function imagesIn(
  parquet: ParquetFile,
  columns: readonly ParquetColumn[],
  wanted: Shape | undefined,
): Promise<Examples> {
  const [column, another] = columns
  const origin = { caller: 'fromParquet', file: parquet.file }
  if (column === undefined || another !== undefined) {
    throw fileError(origin, 'a column of images beside others', {
      facts: { Columns: columns.map(({ name }) => name).join(', ') },
      fix: 'name the column of images alone',
    })
  }
  const decode = await decoderOf(wanted, origin)
  const count = parquet.groups.reduce((sum, rows) => sum + rows, 0)
  let shape: Shape = wanted ?? [1]
  let values = new Uint8Array()
  await eachGroup(parquet, column.name, async (read, firstRow) => {
    for (let i = 0; i < read.length; i++) {
      const row = firstRow + i
      const place = { ...origin, column }
      const { width, height, channels, data } = await decoded(place, read[i], row, decode)
      if (row === 0) {
        shape = [height, width, channels]
        assertRoom(parquet, count * sizeOfShape(shape))
        values = new Uint8Array(count * sizeOfShape(shape))
      }
      if (shape.join() !== [height, width, channels].join()) {
        const expected = `[${shape.join(', ')}], as in row 0`
        const received = `an image of [${height}, ${width}, ${channels}]`
        const fix = 'pass `shape`: images are then scaled and fitted into it'
        throw unusable(place, row, received, fix, 'images of different sizes or colours', expected)
      }
      values.set(data, row * sizeOfShape(shape))
    }
  })
  return { shape, values }
}

/** The decoder of `imageFolder`: into the shape that is wanted, or in the image's own. */
async function decoderOf(wanted: Shape | undefined, origin: Origin): Promise<(bytes: Uint8Array) => Promise<Picture>> {
  const { decodeImage, decodeOpaque } = await import('../images/decoding/decode-image.ts')
  const limits = { maximumPixels: 2 ** 26 }
  if (wanted === undefined) return (bytes) => decodeOpaque(bytes, 0, limits)
  const [height = 0, width = 0, channels, ...others] = wanted
  if (others.length > 0 || (channels !== 1 && channels !== 3)) {
    throw fileError(origin, 'a `shape` that is not one of images', {
      facts: { Expected: '[height, width, 1] or [height, width, 3]', Received: show(wanted) },
      fix: 'pass such a shape, or leave it out',
    })
  }
  const settings = { ...limits, height, width, channels, fit: 'contain', filter: 'bilinear', background: 0 } as const
  return async (bytes) => ({ height, width, channels, data: await decodeImage(bytes, settings) })
}

async function decoded(
  origin: ColumnOrigin,
  value: unknown,
  row: number,
  decode: (bytes: Uint8Array) => Promise<Picture>,
): Promise<Picture> {
  const bytes = value instanceof Uint8Array ? value : (value as { readonly bytes?: unknown } | null | undefined)?.bytes
  if (!(bytes instanceof Uint8Array)) {
    const path = (value as { readonly path?: unknown } | null | undefined)?.path
    if (typeof path !== 'string') throw missing(origin, row)
    const fix = 'embed the images: dataset.cast_column("image", Image(decode=True)).to_parquet(...)'
    throw unusable(origin, row, path, fix, 'the path of an image instead of its bytes')
  }
  try {
    return await decode(bytes)
  } catch (cause) {
    throw new DatasetError('`fromParquet` received an image that cannot be decoded.', {
      facts: {
        File: origin.file,
        Column: origin.column.name,
        Row: String(row),
        Reason: cause instanceof Error ? cause.message : String(cause),
      },
      fix: 'remove the row, or write its image again as PNG or JPEG',
      cause,
    })
  }
}

/** @throws {DatasetError} before a typed array would be made that is too long */
function assertRoom(parquet: ParquetFile, length: number): void {
  if (length <= 2 ** 32) return
  throw fileError({ caller: 'fromParquet', file: parquet.file }, 'more numbers than one array holds', {
    facts: { Expected: `at most ${2 ** 32}`, Received: String(length) },
    fix: 'read it as a stream: fromStream(() => parquetRows(source), ...)',
  })
}
