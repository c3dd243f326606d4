// A table: columns of one kind each, as typed arrays, and which of their values are missing.
import { DatasetError, OptionError, permutation } from '@ae/core'
import {
  assertOption,
  assertOptions,
  positiveInteger,
  seedOption,
  show,
  stringOption,
  suggest,
} from '@ae/core/internal'
import { fractionsOption, partsOf } from '../split.ts'

/**
 * What a column holds: numbers, whole numbers, one of several names, true or false, or points in time.
 */
export type ColumnKind = 'number' | 'integer' | 'category' | 'boolean' | 'date'

/** A value of a row; `null` is missing. */
export type Cell = number | string | boolean | Date | null

/** A row: values by the names of their columns. */
export type Row = Readonly<Record<string, Cell>>

/** A column of a table. */
export interface Column {
  /** The column's name: unique in its table. */
  readonly name: string
  /** What it holds. */
  readonly kind: ColumnKind
  /**
   * A value a row: numbers; the milliseconds of dates since 1970 in UTC; 0 and 1 for false and true; the index of a category in
   * `categories`. 0 where it is missing.
   */
  readonly values: Float64Array | Int32Array | Uint8Array
  /** 1 where the value is missing, else 0. */
  readonly missing: Uint8Array
  /** The names of categories, in order; empty for other kinds. */
  readonly categories: readonly string[]
}

/** Rows of the same columns, held in memory: 9 bytes a number or date, 5 a category, 2 a boolean. */
export interface Table {
  /** What the data is; goes into saved models. */
  readonly name: string
  /** The number of rows. */
  readonly length: number
  /** In the order of the source. */
  readonly columns: readonly Column[]
  /**
   * A column by its name.
   *
   * @throws {OptionError} when there is none
   */
  column(name: string): Column
  /**
   * The same rows with these columns alone, sharing memory.
   *
   * @throws {OptionError} when one is unknown
   */
  select(names: readonly string[]): Table
  /**
   * The first rows, sharing memory.
   *
   * @param count a positive integer; all when there are fewer
   * @throws {OptionError} when count is not a positive integer
   */
  take(count: number): Table
  /**
   * Tables of different rows, drawn at random: what a transform and a model are fitted to, and what they are judged by.
   *
   * @param options `fractions`: the share of each table, numbers above 0 whose sum is 1; `seed`: which rows go where, 0 by default
   * @returns one table for each fraction, with its rows in the order of this one
   * @throws {OptionError} on an unknown or bad option
   * @throws {DatasetError} when a part would be empty
   */
  split<const fractions extends readonly number[]>(options: {
    readonly fractions: fractions
    readonly seed?: number | undefined
  }): { [part in keyof fractions]: Table }
  /** The rows as objects. */
  rows(): Row[]
}

/** A table of columns of the same length. */
export function tableOf(name: string, columns: readonly Column[]): Table {
  const length = columns[0]?.values.length ?? 0
  const table: Table = {
    name,
    length,
    columns,
    column(name) {
      assertOption('column', 'name', name, stringOption)
      const found = columns.find((column) => column.name === name)
      if (found !== undefined) return found
      throw unknownColumn('column', name, columns)
    },
    select(names) {
      assertOption('select', 'names', names, namesOption)
      const chosen = names.map((name) => columns.find((column) => column.name === name) ?? name)
      const unknown = chosen.find((column) => typeof column === 'string')
      if (typeof unknown === 'string') throw unknownColumn('select', unknown, columns)
      return tableOf(name, chosen as readonly Column[])
    },
    take(count) {
      assertOption('take', 'count', count, positiveInteger)
      if (count >= length) return table
      const first = columns.map((column) => ({
        ...column,
        values: column.values.subarray(0, count),
        missing: column.missing.subarray(0, count),
      }))
      return tableOf(`${name}[:${count}]`, first)
    },
    split(options) {
      assertOptions('split', options, { fractions: fractionsOption, seed: seedOption }, ['fractions'])
      const { fractions, seed = 0 } = options
      const orders = partsOf(permutation('split', { seed }, length), fractions)
      const parts = orders.map((order, part) => {
        if (order.length > 0) return rowsOf(table, order, `${name}[part ${part + 1} of ${fractions.length}]`)
        throw new DatasetError('`split` leaves a table without rows.', {
          facts: { Expected: 'at least one row a part', Received: `${fractions[part]} of ${length} rows (${name})` },
          fix: 'pass larger fractions, or a table of more rows',
        })
      })
      return parts as { [part in keyof typeof fractions]: Table }
    },
    rows: () =>
      Array.from({ length }, (_, row) =>
        Object.fromEntries(columns.map((column) => [column.name, cellOf(column, row)])),
      ),
  }
  return table
}

/** A value as rows have it. */
export function cellOf(column: Column, row: number): Cell {
  if (column.missing[row] === 1) return null
  const value = column.values[row] as number
  if (column.kind === 'category') return column.categories[value] as string
  if (column.kind === 'boolean') return value === 1
  return column.kind === 'date' ? new Date(value) : value
}

/** The error of a name that no column has. */
export function unknownColumn(
  caller: string,
  name: unknown,
  columns: readonly { readonly name: string }[],
): OptionError {
  const names = columns.map((column) => column.name)
  return new OptionError(`\`${caller}\` received the name of a column that the table does not have.`, {
    facts: { Expected: names.join(', '), Received: show(name) },
    fix: suggest(String(name), names),
  })
}

function namesOption(value: unknown): string | undefined {
  const isGood = Array.isArray(value) && value.length > 0 && Array.from(value).every((name) => typeof name === 'string')
  return isGood && new Set(value).size === value.length ? undefined : 'different names of columns, at least one'
}

function rowsOf({ columns }: Table, order: Uint32Array, name: string): Table {
  return tableOf(
    name,
    columns.map((column) => ({
      ...column,
      values: gathered(column.values, order),
      missing: gathered(column.missing, order),
    })),
  )
}

function gathered<values extends Column['values']>(values: values, order: Uint32Array): values {
  const out = new (values.constructor as new (length: number) => values)(order.length)
  for (let i = 0; i < order.length; i++) out[i] = values[order[i] as number] as number
  return out
}
