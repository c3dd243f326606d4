// Tables of comma-separated values that `--data` takes: rows for training and for testing, and the transform between.
import { DatasetError, OptionError } from '@ae/core'
import {
  fromCsv,
  type IndexedDataset,
  type Row,
  type Table,
  type TabularTransform,
  tabularTransform,
} from '@ae/datasets'

/** How a table is read. */
interface TableSettings {
  /** The columns of an example. Defaults to all but the labels. */
  readonly columns: readonly string[] | undefined
  readonly labels: string | undefined
  /** Texts that stand for a missing value. */
  readonly missing: readonly string[] | undefined
  readonly shape: readonly number[] | undefined
  readonly limit?: number | undefined
}

/** What rows are, besides examples. */
export interface TableParts {
  readonly transform: TabularTransform
  /** Those for testing, in the order of their examples. */
  readonly testRows: readonly Row[]
  /** The column of the labels; its names of classes, if it has names. */
  readonly labels?: { readonly column: string; readonly classNames: readonly string[] | undefined } | undefined
}

/** Whether a name is that of a table. */
export function isTableName(path: string): boolean {
  return /\.[ct]sv(?:\.gz)?$/i.test(path)
}

/** Whether a file that begins so is a table: a text whose first line has a delimiter, or any text that is called one. */
export function isTableText(text: string, path: string): boolean {
  if (text.startsWith('\x1f\x8b')) return isTableName(path)
  const [line = ''] = text.split(/[\r\n]/, 1)
  const isText = text !== '' && ![...text].some((character) => character < ' ' && !'\t\r\n'.includes(character))
  return isText && (isTableName(path) || (/[,;\t|]/.test(line) && !/^\s*[[{<]/.test(text)))
}

/**
 * A tenth of the rows, or at least one, is for testing, drawn at random but always the same; rows with a category or a gap that no row
 * for training has are left out there. The transform is fitted to the rows for training.
 */
export async function readTable(path: string, settings: TableSettings) {
  const { columns, labels, missing, shape, limit } = settings
  if (shape !== undefined) {
    throw new OptionError('`ae train` does not take --shape with a table.', {
      facts: { Received: `--shape ${shape}, --data ${path}` },
      fix: 'leave out --shape: a row is one example',
    })
  }
  const table = await fromCsv(path, { missing })
  const share = Math.max(0.1, 1 / table.length)
  const [most, rest] = table.split({ fractions: [1 - share, share] })
  const training = limit === undefined ? most : most.take(limit)
  const names = columns ?? table.columns.map(({ name }) => name).filter((name) => name !== labels)
  const chosen = training.select(names)
  const transform = tabularTransform(chosen)
  const fits = rowsThatFit(rest, chosen)
  const test = where(rest, fits)
  if (test.length === 0) {
    const texts = chosen.columns.filter(({ kind }) => kind === 'category')
    throw new DatasetError(
      '`ae train` found no row for testing whose categories and gaps the rows for training have too.',
      {
        facts: {
          Rows: `${training.length} for training, ${rest.length} for testing`,
          Categories: texts.map(({ name, values }) => `${name}: ${new Set(values).size}`).join(', '),
        },
        fix: 'leave out columns of names and identifiers: pass those to learn with --examples',
      },
    )
  }
  const examples = (rows: Table): IndexedDataset => transform.apply(rows, { labels })
  const train = examples(training)
  const parts: TableParts = {
    transform,
    testRows: rest.rows().filter((_, row) => fits[row]),
    labels: labels === undefined ? undefined : { column: labels, classNames: train.notes?.classNames },
  }
  return { train, test: examples(test), table: parts }
}

/** For each row whether every gap and every category of it is found in the other table too. */
export function rowsThatFit(rows: Table, others: Table): readonly boolean[] {
  const known = others.columns.map(({ name, kind, values, missing }) => {
    const found = new Set(Array.from(missing, (gap, row) => (gap === 1 ? 'gap' : values[row])))
    return { column: rows.column(name), isKnown: (value: number | 'gap') => found.has(value), kind }
  })
  return Array.from({ length: rows.length }, (_, row) =>
    known.every(({ column, kind, isKnown }) => {
      if (column.missing[row] === 1) return isKnown('gap')
      return kind !== 'category' || isKnown(column.values[row] as number)
    }),
  )
}

/** The rows that are kept. */
export function where(table: Table, isKept: readonly boolean[]): Table {
  const columns = table.columns.map((column) => ({
    ...column,
    values: column.values.filter((_, row) => isKept[row]),
    missing: column.missing.filter((_, row) => isKept[row]),
  }))
  return { ...table, columns, length: isKept.filter(Boolean).length }
}
