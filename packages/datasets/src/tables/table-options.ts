// The options that `fromCsv` and `fromRows` share.
import { OptionError } from '@ae/core'
import { nameOption, type OptionCheck, show, suggest } from '@ae/core/internal'
import type { CellReading } from './cells.ts'
import type { ColumnKind } from './table.ts'

/** Options of `fromRows`, and of `fromCsv` too. */
export interface TableOptions {
  /**
   * The kind of a column, by its name, where it is not to be inferred; `skip` leaves the column out. Inferred are: `boolean` where all
   * values are true or false, `date` where all are dates or texts of ISO 8601, `integer` where all are whole numbers up to 2^53,
   * `number` where all are numbers, and else `category`.
   */
  readonly columns?: Readonly<Record<string, ColumnKind | 'skip'>> | undefined
  /**
   * Values that are missing besides `null`, `undefined` and empty texts, e.g. `['NA', '?']`, or `[Number.NaN]` for NaN in rows.
   * Defaults to none: a NaN, or a `NA` among numbers, is an error.
   */
  readonly missing?: readonly (string | number)[] | undefined
  /** What the data is; goes into saved models. Defaults to `table`, for a file to its name. */
  readonly name?: string | undefined
}

/** The checks of {@link TableOptions}. */
export const tableChecks = (): Readonly<Record<keyof TableOptions, OptionCheck>> => ({
  columns: columnsOption,
  missing: (value) =>
    Array.isArray(value) && Array.from(value).every((one) => typeof one === 'string' || typeof one === 'number')
      ? undefined
      : "an array of texts and numbers, e.g. ['NA', '?']",
  name: nameOption,
})

/** How cells are read by these options. */
export function readingOf(
  caller: string,
  { missing = [] }: TableOptions,
  texts: Pick<CellReading, 'areTexts' | 'decimal'>,
): CellReading {
  return { caller, missing: new Set(missing), ...texts }
}

/** @throws {OptionError} when `columns` names one that is not there */
export function assertNamed(caller: string, columns: TableOptions['columns'], names: readonly string[]): void {
  for (const name of Object.keys(columns ?? {})) {
    if (names.includes(name)) continue
    throw new OptionError(`\`${caller}\` received \`columns\` with a column that the data does not have.`, {
      facts: { Expected: names.join(', '), Received: show(name) },
      fix: suggest(name, names),
    })
  }
}

const kinds: readonly string[] = ['number', 'integer', 'category', 'boolean', 'date', 'skip']

const columnsOption: OptionCheck = (value) => {
  const isGood =
    typeof value === 'object' && value !== null && Object.values(value).every((kind) => kinds.includes(kind))
  return isGood ? undefined : `kinds by column, each one of ${kinds.join(', ')}`
}
