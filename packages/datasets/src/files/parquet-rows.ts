// Rows of a Parquet file as a stream, one row group after the other.
import { assertOption, assertOptions, nameOption } from '@ae/core/internal'
import { fileError } from '../file-error.ts'
import { type ReadingOptions, readingChecks } from '../place.ts'
import { columnNamed, columnsOf, columnsOption, widthsOf } from './from-parquet.ts'
import { type FileSource, fileOption } from './open-file.ts'
import { openParquet } from './parquet-file.ts'
import { writeLabels, writeNumbers } from './parquet-values.ts'

/** Options of {@link parquetRows}. */
export interface ParquetRowsOptions extends ReadingOptions {
  /** The columns of an example, as for `fromParquet`: numbers, booleans and lists of numbers. */
  readonly columns?: string | readonly string[] | undefined
  /** The column of the labels, integers. Defaults to none: the items are then the examples alone. */
  readonly labels?: string | undefined
}

/** The rows of one row group. */
export interface ParquetRows {
  /** All examples one after the other. */
  readonly examples: Float32Array
  /** One integer for each. */
  readonly labels: Int32Array
}

/**
 * The rows of a Parquet file that is larger than memory, for `fromStream`: each item holds the examples of one row group, and one
 * row group is in memory at a time. It can be walked again and again; a path or a Blob is read anew each time.
 *
 * @param source the file; an address is downloaded whole
 * @param options which columns
 * @returns for each row group the numbers of its examples, one after the other, or `{ examples, labels }`; numbers of type uint8 too
 *   stay as they are
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} while iterating, as `fromParquet`
 * @throws the signal's reason while iterating, when it aborts
 * @example
 * ```ts
 * const rows = fromStream(parquetRows('rows.parquet'), {
 *   shape: [9], range: { minimum: -10, maximum: 100 }, examplesPerEpoch: 100_000, shuffleBuffer: 10_000,
 * })
 * ```
 */
export function parquetRows(
  source: FileSource,
  options: ParquetRowsOptions & { readonly labels: string },
): AsyncIterable<ParquetRows>
export function parquetRows(source: FileSource, options?: ParquetRowsOptions): AsyncIterable<Float32Array>
export function parquetRows(
  source: FileSource,
  options: ParquetRowsOptions = {},
): AsyncIterable<Float32Array | ParquetRows> {
  assertOption('parquetRows', 'source', source, fileOption('a Parquet file'))
  assertOptions('parquetRows', options, { columns: columnsOption, labels: nameOption, ...readingChecks() })
  return { [Symbol.asyncIterator]: () => rowsOf(source, options) }
}

async function* rowsOf(
  source: FileSource,
  { timeout, signal, ...options }: ParquetRowsOptions,
): AsyncGenerator<Float32Array | ParquetRows> {
  const caller = 'parquetRows'
  const parquet = await openParquet(caller, source, { timeout, signal })
  try {
    const { file } = parquet
    const columns = columnsOf(caller, parquet, options)
    if (columns.some(({ kind }) => kind === 'images' || kind === 'binary')) {
      throw fileError({ caller, file }, 'a column of images', {
        facts: { Columns: columns.map(({ name }) => name).join(', ') },
        fix: 'name columns of numbers; fromParquet reads images',
      })
    }
    const labelColumn = options.labels === undefined ? undefined : columnNamed(caller, parquet, options.labels)
    const widths = await widthsOf(caller, parquet, columns)
    const stride = widths.reduce((sum, width) => sum + width, 0)
    let firstRow = 0
    for (const [group, rows] of parquet.groups.entries()) {
      if (rows === 0) continue
      const values = new Float32Array(rows * stride)
      let offset = 0
      for (const [i, column] of columns.entries()) {
        const width = widths[i] as number
        const into = { values, stride, offset, firstRow }
        writeNumbers({ caller, file, column }, await parquet.read(column.name, group), firstRow, into, width)
        offset += width
      }
      if (labelColumn === undefined) yield values
      else {
        const labels = new Int32Array(rows)
        const origin = { caller, file, column: labelColumn }
        writeLabels(origin, await parquet.read(labelColumn.name, group), firstRow, labels, firstRow)
        yield { examples: values, labels }
      }
      firstRow += rows
    }
  } finally {
    await parquet.close()
  }
}
