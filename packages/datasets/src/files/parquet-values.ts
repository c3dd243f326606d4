// The values of Parquet columns as the numbers of examples.
import { DatasetError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { ParquetColumn, ParquetFile } from './parquet-file.ts'

/** Which column is read, for messages. */
export interface ColumnOrigin {
  readonly caller: string
  readonly file: string
  readonly column: ParquetColumn
}

/** How many numbers a value of a column has: 1, or as many as the lists of its first row. */
export function widthOf(value: unknown): number {
  if (isList(value)) return Array.from(value).reduce<number>((sum, item) => sum + widthOf(item), 0)
  return 1
}

/** Where numbers are written. */
interface Target {
  readonly values: Float32Array | Uint8Array
  readonly stride: number
  readonly offset: number
  readonly firstRow?: number
}

/**
 * Writes the numbers of a column into examples.
 *
 * @param values one for each row
 * @param firstRow the number of the first of them, for messages
 * @param into the examples from row `into.firstRow` on, which is 0 unless it is given; each has `stride` numbers, these from `offset` on
 * @param width how many numbers each row has
 * @throws {DatasetError} when one is missing, no number, or a row has another width
 */
export function writeNumbers(
  origin: ColumnOrigin,
  values: ArrayLike<unknown>,
  firstRow: number,
  into: Target,
  width: number,
): void {
  const { values: out, stride, offset, firstRow: before = 0 } = into
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    const start = (firstRow + row - before) * stride + offset
    if (typeof value === 'number') out[start] = value
    else {
      const end = isList(value) ? writeList(origin, value, firstRow + row, out, start, start + width) : start + 1
      if (!isList(value)) out[start] = numberOf(origin, value, firstRow + row)
      if (end !== start + width) throw otherWidth(origin, firstRow + row, width, end - start)
    }
  }
}

function writeList(
  origin: ColumnOrigin,
  list: ArrayLike<unknown>,
  row: number,
  out: Float32Array | Uint8Array,
  start: number,
  end: number,
): number {
  let at = start
  for (let i = 0; i < list.length; i++) {
    const item = list[i]
    if (isList(item)) at = writeList(origin, item, row, out, at, end)
    else {
      if (at >= end) return end + 1
      out[at++] = typeof item === 'number' ? item : numberOf(origin, item, row)
    }
  }
  return at
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}

/** Integers of 64 bits and booleans as numbers; nothing else is one. */
function numberOf(origin: ColumnOrigin, value: unknown, row: number): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'bigint') {
    const number = Number(value)
    if (Number.isSafeInteger(number)) return number
    throw unusable(
      origin,
      row,
      value,
      'save the column as floats: frame[column].astype("float32")',
      'an integer beyond 2^53',
    )
  }
  if (value === null || value === undefined) throw missing(origin, row)
  throw unusable(origin, row, value, 'name the columns of numbers in `columns`', 'a value that is not a number')
}

/** The error of a missing value: never 0. */
export function missing(origin: ColumnOrigin, row: number): DatasetError {
  return unusable(
    origin,
    row,
    'a missing value (null, or NaN of pandas)',
    'leave such rows out (frame.dropna()) or fill them (frame.fillna(...)) before saving, or read them with tableFromParquet',
    'a missing value',
  )
}

function otherWidth(origin: ColumnOrigin, row: number, expected: number, received: number): DatasetError {
  const many = received > expected ? `more than ${expected} numbers` : `${received} numbers`
  return unusable(
    origin,
    row,
    many,
    'make all lists of the column equally long',
    'lists of different lengths',
    `${expected} numbers`,
  )
}

/** The error of one value; `what` completes "received". */
export function unusable(
  { caller, file, column }: ColumnOrigin,
  row: number,
  value: unknown,
  fix: string,
  what: string,
  expected?: string,
): DatasetError {
  return new DatasetError(`\`${caller}\` received ${what}.`, {
    facts: {
      File: file,
      Column: column.name,
      ...(expected && { Expected: expected }),
      Received: `${typeof value === 'string' ? value : show(value)} in row ${row}`,
    },
    fix,
  })
}

/** Labels of a column: integers as they are; texts by their place among all texts in alphabetical order, which are the names. */
export async function labelsOfColumn(
  origin: ColumnOrigin,
  parquet: ParquetFile,
): Promise<{ readonly labels: Int32Array; readonly classNames: readonly string[] | undefined }> {
  const { column } = origin
  const total = parquet.groups.reduce((sum, rows) => sum + rows, 0)
  if (column.kind !== 'text') {
    const labels = new Int32Array(total)
    await eachGroup(parquet, column.name, (values, firstRow) => writeLabels(origin, values, firstRow, labels))
    return { labels, classNames: undefined }
  }
  const texts: string[] = []
  await eachGroup(parquet, column.name, (values, firstRow) => {
    for (let row = 0; row < values.length; row++) {
      const text = values[row]
      if (typeof text !== 'string') throw missing(origin, firstRow + row)
      texts.push(text)
    }
  })
  const classNames = [...new Set(texts)].sort()
  const places = new Map(classNames.map((name, place) => [name, place]))
  return { labels: Int32Array.from(texts, (text) => places.get(text) as number), classNames }
}

/**
 * Writes integers of 32 bits.
 *
 * @param into the labels from row `before` on
 */
export function writeLabels(
  origin: ColumnOrigin,
  values: ArrayLike<unknown>,
  firstRow: number,
  into: Int32Array,
  before = 0,
): void {
  for (let i = 0; i < values.length; i++) {
    const row = firstRow + i
    const number = numberOf(origin, values[i], row)
    into[row - before] = number
    if (into[row - before] === number) continue
    const fix = 'name a column of whole numbers or of texts as `labels`'
    throw unusable(origin, row, number, fix, 'a label that is not an integer of 32 bits')
  }
}

/** Reads a column one row group after the other. */
export async function eachGroup(
  parquet: ParquetFile,
  column: string,
  use: (values: ArrayLike<unknown>, firstRow: number) => void | Promise<void>,
): Promise<void> {
  let firstRow = 0
  for (const [group, rows] of parquet.groups.entries()) {
    if (rows > 0) await use(await parquet.read(column, group), firstRow)
    firstRow += rows
  }
}
