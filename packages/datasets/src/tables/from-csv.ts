// A table from comma-separated values, read piece by piece.
import type { DatasetError } from '@ae/core'
import { assertOption, assertOptions, type OptionCheck, oneOf, show } from '@ae/core/internal'
import { fileError, type Origin } from '../file-error.ts'
import { type ReadingOptions, readingChecks } from '../place.ts'
import { inferKind } from './cells.ts'
import { assertDistinct, type ColumnBuilder, columnBuilder } from './column-builder.ts'
import { csvRecords } from './csv-records.ts'
import { type Table, tableOf } from './table.ts'
import { assertNamed, readingOf, type TableOptions, tableChecks } from './table-options.ts'
import { type CsvSource, nameOfSource, textOf, textSourceOption } from './text-source.ts'

/** Options of {@link fromCsv}. */
export interface FromCsvOptions extends TableOptions, ReadingOptions {
  /** One character between fields. Defaults to the one of `,`, `;`, tab and `|` that divides the first lines best. */
  readonly delimiter?: string | undefined
  /** What separates whole from fraction in numbers. Defaults to `.`. */
  readonly decimal?: '.' | ',' | undefined
  /** The names of the columns, if the first line does not hold them. Defaults to none: it does. */
  readonly names?: readonly string[] | undefined
  /** The encoding of the text, as `TextDecoder` names it, e.g. `windows-1252`. Defaults to `utf-8`. */
  readonly encoding?: string | undefined
}

/**
 * A table from comma-separated values: quoted fields with delimiters, quotes and line breaks inside; any line ends; a byte order mark;
 * gzip. Files, streams and `File`s of a page are read piece by piece, so that memory holds little more than the table; what comes
 * from an address is downloaded first.
 *
 * The kinds of columns are inferred from the first 10,000 rows; a later value of another kind is an error that says how to go on,
 * unless it is a fraction among whole numbers. Blanks around fields are cut off, and empty lines are left out.
 *
 * @param source a path or URL, a `File` or `Blob`, bytes, a stream, or `{ text }`
 * @param options kinds of columns, what is missing, and how the file is written
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the file cannot be read, has no rows, or has a row or value that does not fit; the facts say where
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const people = await fromCsv('people.csv', { columns: { postcode: 'category' }, missing: ['NA'] })
 * ```
 */
export async function fromCsv(source: CsvSource, options: FromCsvOptions = {}): Promise<Table> {
  assertOption('fromCsv', 'source', source, textSourceOption)
  assertOptions('fromCsv', options, { ...tableChecks(), ...readingChecks(), ...csvChecks() })
  const { delimiter, decimal = '.', encoding = 'utf-8', timeout, signal } = options
  const origin = { caller: 'fromCsv', file: nameOfSource(source) }
  const reading = readingOf('fromCsv', options, { areTexts: true, decimal })
  const texts = textOf('fromCsv', source, encoding, { timeout, signal })
  let names = options.names
  if (names !== undefined) assertNamed('fromCsv', options.columns, names)
  let first: (readonly string[])[] | undefined = []
  let builders: readonly (ColumnBuilder | undefined)[] = []
  let count = 0
  const begin = (names: readonly string[], rows: readonly (readonly string[])[]) => {
    builders = names.map((name, i) => {
      const kind = options.columns?.[name]
      if (kind === 'skip') return undefined
      const column = {
        *[Symbol.iterator]() {
          for (const row of rows) yield row[i]
        },
      }
      return columnBuilder(name, kind ?? inferKind(name, column, reading), kind === undefined, reading)
    })
    for (const row of rows) push(row)
  }
  const push = (row: readonly string[]) => {
    for (let i = 0; i < builders.length; i++) builders[i]?.push(row[i])
  }
  for await (const records of csvRecords(origin, texts, { delimiter, decimal })) {
    for (const record of records) {
      if (names === undefined) {
        names = record
        assertHeader(origin, names, options.columns)
        assertNamed('fromCsv', options.columns, names)
        continue
      }
      count++
      if (record.length !== names.length) throw raggedRow(origin, names, record, count)
      if (first === undefined) push(record)
      else if (first.push(record) === inferredRows) {
        begin(names, first)
        first = undefined
      }
    }
  }
  if (names === undefined || count === 0) {
    throw fileError(origin, 'a file without rows', {
      facts: { Expected: 'a line with the names of the columns, and at least one row', Received: show(names ?? '') },
      fix:
        names === undefined
          ? 'pass a file that is not empty'
          : 'if its first line is a row, pass the names of the columns as `names`',
    })
  }
  if (first !== undefined) begin(names, first)
  const columns = builders.flatMap((builder) => (builder === undefined ? [] : [builder.finish()]))
  return tableOf(options.name ?? origin.file.replace(/^.*[\\/]|\.csv(\.gz)?$/g, ''), columns)
}

/** How many rows decide the kinds of columns. */
const inferredRows = 10_000

const csvChecks = (): Readonly<Record<'delimiter' | 'decimal' | 'names' | 'encoding', OptionCheck>> => ({
  delimiter: (value) =>
    typeof value === 'string' && value.length === 1 && !/["\r\n\uFEFF]/.test(value)
      ? undefined
      : "one character, e.g. ';' or '\\t'",
  decimal: oneOf('.', ','),
  names: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    Array.from(value).every((name) => typeof name === 'string') &&
    new Set(value).size === value.length
      ? undefined
      : 'different names, one for each column',
  encoding: (value) => {
    try {
      return typeof value === 'string' && new TextDecoder(value, { fatal: true })
        ? undefined
        : 'the name of an encoding'
    } catch {
      return "the name of an encoding that this platform has, e.g. 'utf-8' or 'windows-1252'"
    }
  },
})

/** @throws {DatasetError} unless every column has a name of its own */
function assertHeader(origin: Origin, names: readonly string[], columns: TableOptions['columns']): void {
  const nameless = names.indexOf('')
  if (nameless >= 0 && columns?.[''] !== 'skip') {
    throw fileError(origin, 'a column without a name', {
      facts: { Column: `${nameless + 1}, counted from 1`, Header: show(names) },
      fix: "if it is the index that pandas writes, leave it out: columns: { '': 'skip' }, or write with index=False; if the first line is a row, pass `names`",
    })
  }
  assertDistinct('fromCsv', names)
}

function raggedRow(origin: Origin, names: readonly string[], record: readonly string[], row: number): DatasetError {
  return fileError(origin, 'a row with the wrong number of fields', {
    facts: {
      Row: `${row}, counted from 1 after the header`,
      Expected: `${names.length}: ${show(names)}`,
      Received: `${record.length}: ${show(record)}`,
    },
    fix: 'quote fields that contain the delimiter; if the delimiter itself is wrong, pass `delimiter`',
  })
}
