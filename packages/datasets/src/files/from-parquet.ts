// Columns of a Parquet file as a data set.
import { DatasetError, type Shape, sizeOfShape } from '@ae/core'
import { assertOption, assertOptions, functionOption, nameOption, type OptionCheck, show } from '@ae/core/internal'
import { fileError } from '../file-error.ts'
import type { IndexedDataset, LabelledDataset } from '../indexed-dataset.ts'
import { datasetOf } from '../parts.ts'
import { type ArrayFileOptions, arrayFileChecks, assertScale, nameOfFile, scaled } from './array-data.ts'
import { type DecodedImage, decodePng } from './decode-png.ts'
import { type FileSource, fileOption } from './open-file.ts'
import { openParquet, type ParquetColumn, type ParquetFile } from './parquet-file.ts'
import { eachGroup, labelsOfColumn, missing, unusable, widthOf, writeNumbers } from './parquet-values.ts'

/** Options of {@link fromParquet}. */
export interface FromParquetOptions extends Omit<ArrayFileOptions, 'shape'> {
  /**
   * The columns of an example, in this order: numbers, booleans, and lists of numbers, one after the other; or one column of images
   * as the data sets of Hugging Face have them, structs with the field `bytes`. Defaults to the only column of images or of lists,
   * else to all columns of numbers but `labels`.
   */
  readonly columns?: string | readonly string[] | undefined
  /**
   * The column of the labels: integers, or texts, of which the first in alphabetical order is 0. Defaults to none.
   */
  readonly labels?: string | undefined
  /** The shape of one example, with as many values. Defaults to that of the images, or to the number of values. */
  readonly shape?: Shape | undefined
  /** Decodes the bytes of an image. Defaults to a decoder of PNG. */
  readonly decode?: ((bytes: Uint8Array) => DecodedImage | Promise<DecodedImage>) | undefined
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
    decode: functionOption,
  })
  assertScale('fromParquet', options)
  const { labels: labelColumn, timeout, signal, minimum = 0, maximum } = options
  const parquet = await openParquet('fromParquet', source, { timeout, signal })
  try {
    const { file } = parquet
    const chosen = columnsOf(parquet, options)
    const labels = labelColumn === undefined ? undefined : columnNamed(parquet, labelColumn)
    const examples = chosen.some(({ kind }) => kind === 'images' || kind === 'binary')
      ? await imagesIn(parquet, chosen, options.decode ?? decodePng)
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
    return datasetOf('fromParquet', { name, shape, values, labels: read?.labels }, { File: file })
  } finally {
    await parquet.close()
  }
}

const columnsOption: OptionCheck = (value) =>
  nameOption(value) === undefined ||
  (Array.isArray(value) && value.length > 0 && value.every((name) => nameOption(name) === undefined))
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

/** Pictures of one size. */
async function imagesIn(
  parquet: ParquetFile,
  columns: readonly ParquetColumn[],
  decode: NonNullable<FromParquetOptions['decode']>,
): Promise<Examples> {
  const [column, another] = columns
  if (column === undefined || another !== undefined) {
    throw fileError({ caller: 'fromParquet', file: parquet.file }, 'a column of images beside others', {
      facts: { Columns: columns.map(({ name }) => name).join(', ') },
      fix: 'name the column of images alone',
    })
  }
  const origin = { caller: 'fromParquet', file: parquet.file, column }
  const count = parquet.groups.reduce((sum, rows) => sum + rows, 0)
  let shape: Shape = []
  let values = new Uint8Array()
  await eachGroup(parquet, column.name, async (read, firstRow) => {
    for (let i = 0; i < read.length; i++) {
      const row = firstRow + i
      const image = await decoded(origin, read[i], row, decode)
      const { width, height, channels } = image
      if (row === 0) {
        shape = [height, width, channels]
        assertRoom(parquet, count * sizeOfShape(shape))
        values = new Uint8Array(count * sizeOfShape(shape))
      }
      if (shape.join() !== [height, width, channels].join()) {
        const received = `${height} x ${width} with ${channels} channels`
        const expected = `${shape[0]} x ${shape[1]} with ${shape[2]} channels, as in row 0`
        throw unusable(
          origin,
          row,
          received,
          'pass `decode`, a function that makes all images one size',
          'images of different sizes',
          expected,
        )
      }
      values.set(image.data, row * sizeOfShape(shape))
    }
  })
  return { shape: shape.length === 0 ? [1] : shape, values }
}

async function decoded(
  origin: Parameters<typeof missing>[0],
  value: unknown,
  row: number,
  decode: NonNullable<FromParquetOptions['decode']>,
): Promise<DecodedImage> {
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
        Reason: cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause),
      },
      fix: 'remove the row or write its image again; for formats other than PNG pass `decode`',
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
