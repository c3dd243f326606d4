// A table from objects in memory.
import { DatasetError } from '@ae/core'
import { assertOptions, show } from '@ae/core/internal'
import { inferKind } from './cells.ts'
import { columnBuilder } from './column-builder.ts'
import { type Table, tableOf } from './table.ts'
import { assertNamed, readingOf, type TableOptions, tableChecks } from './table-options.ts'

/**
 * A table from rows, such as those of a JSON file or a database.
 *
 * Values keep their types: a text is the name of a category even if it looks like a number; only texts of ISO 8601 are dates. `null`,
 * `undefined`, empty texts and keys that a row lacks are missing values. Texts of a column whose kind is given are read as that kind.
 *
 * @param rows objects, borrowed until it returns; the columns are all their keys, in the order in which they first appear
 * @param options the kinds of columns, and what is missing
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when there are no rows, or a value is not of its column's kind; the facts say where
 * @example
 * ```ts
 * const people = fromRows([{ age: 31, city: 'Oslo' }, { age: null, city: 'Turku' }])
 * ```
 */
export function fromRows(rows: readonly Readonly<Record<string, unknown>>[], options: TableOptions = {}): Table {
  assertOptions('fromRows', options, tableChecks())
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new DatasetError('`fromRows` received no rows.', {
      facts: { Expected: 'an array of objects, at least one', Received: show(rows) },
      fix: "pass rows such as [{ age: 31, city: 'Oslo' }]",
    })
  }
  const names = namesOf(rows)
  assertNamed('fromRows', options.columns, names)
  const reading = readingOf('fromRows', options, { areTexts: false, decimal: '.' })
  const columns = names.flatMap((name) => {
    const kind = options.columns?.[name]
    if (kind === 'skip') return []
    const values = rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined))
    const builder = columnBuilder(name, kind ?? inferKind(name, values, reading), kind === undefined, reading)
    for (const value of values) builder.push(value)
    return [builder.finish()]
  })
  return tableOf(options.name ?? 'table', columns)
}

function namesOf(rows: readonly unknown[]): string[] {
  const names = new Set<string>()
  for (const [index, row] of rows.entries()) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new DatasetError('`fromRows` received a row that is not an object.', {
        facts: { Row: `${index + 1}, counted from 1`, Received: show(row) },
        fix: 'pass objects with a key for each column, such as { age: 31 }; arrays have no names of columns',
      })
    }
    for (const name of Object.keys(row)) names.add(name)
  }
  return [...names]
}
