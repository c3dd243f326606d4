// Columns of a Parquet file as a table, with a mask of what is missing.
import { assertOption, assertOptions } from '@ae/core/internal'
import { fileError } from '../file-error.ts'
import { type ReadingOptions, readingChecks } from '../place.ts'
import { assertDistinct, columnBuilder } from '../tables/column-builder.ts'
import { type ColumnKind, type Table, tableOf } from '../tables/table.ts'
import { assertNamed, readingOf, type TableOptions, tableChecks } from '../tables/table-options.ts'
import { nameOfFile } from './array-data.ts'
import { type FileSource, fileOption } from './open-file.ts'
import { openParquet, type ParquetColumn } from './parquet-file.ts'
import { eachGroup } from './parquet-values.ts'

/** Options of {@link tableFromParquet}. */
export interface TableFromParquetOptions extends TableOptions, ReadingOptions {}

/**
 * A table from a Parquet file: numbers, whole numbers, booleans, texts as categories, dates. Nulls are missing values.
 *
 * @param source the file; bytes are borrowed until the promise settles
 * @param options the kinds of columns where they are not to be those of the file, and what is missing besides nulls
 * @returns a table, which holds all rows in memory; row groups are read one by one
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the file is missing or damaged, has no rows, or a column that is not skipped holds lists, structs or
 *   binary data, or a value that is not of its kind
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const people = await tableFromParquet('people.parquet', { columns: { id: 'skip', postcode: 'category' } })
 * ```
 */
export async function tableFromParquet(source: FileSource, options: TableFromParquetOptions = {}): Promise<Table> {
  const caller = 'tableFromParquet'
  assertOption(caller, 'source', source, fileOption('a Parquet file'))
  assertOptions(caller, options, { ...tableChecks(), ...readingChecks() })
  const { timeout, signal } = options
  const parquet = await openParquet(caller, source, { timeout, signal })
  try {
    const { file, columns } = parquet
    const names = columns.map(({ name }) => name)
    assertNamed(caller, options.columns, names)
    assertDistinct(caller, names)
    if (!parquet.groups.some((rows) => rows > 0)) {
      throw fileError({ caller, file }, 'a Parquet file without rows', { fix: 'pass a file that is not empty' })
    }
    const reading = readingOf(caller, options, { areTexts: false, decimal: '.' })
    const built = []
    for (const column of columns) {
      const chosen = options.columns?.[column.name]
      if (chosen === 'skip') continue
      const kind = kindOf(column)
      if (kind === undefined) {
        throw fileError({ caller, file }, 'a column that a table cannot hold', {
          facts: { Column: `${column.name} (${column.type})`, Expected: 'numbers, booleans, texts or dates' },
          fix: `leave it out: columns: { ${JSON.stringify(column.name)}: 'skip' }`,
        })
      }
      const builder = columnBuilder(column.name, chosen ?? kind, false, reading)
      await eachGroup(parquet, column.name, (values) => {
        for (let row = 0; row < values.length; row++) builder.push(plain(values[row]))
      })
      built.push(builder.finish())
    }
    return tableOf(options.name ?? nameOfFile(file, 'parquet'), built)
  } finally {
    await parquet.close()
  }
}

/** The kind of a table's column that holds what a column of the file does. */
function kindOf({ kind, type }: ParquetColumn): ColumnKind | undefined {
  if (kind === 'text') return 'category'
  if (kind === 'dates') return 'date'
  if (kind === 'bytes') return 'integer'
  if (kind !== 'numbers') return undefined
  if (type === 'BOOLEAN') return 'boolean'
  return /INT/.test(type) ? 'integer' : 'number'
}

/** Integers of 64 bits as numbers where these are exact; others are refused as what they are. */
function plain(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
