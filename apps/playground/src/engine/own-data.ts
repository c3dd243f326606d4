// The user's own pictures or table as data. They are read in this Worker and go nowhere else.
import { DatasetError, type Json } from '@ae/core'
import {
  type Column,
  fromArray,
  fromCsv,
  fromImages,
  type IndexedDataset,
  type Table,
  tabularTransform,
} from '@ae/datasets'

/** Own data, and what became of the files. */
export interface OwnData {
  readonly data: IndexedDataset & { readonly likelihood?: Json }
  readonly kind: 'pictures' | 'table'
  readonly problems: readonly string[]
  /** What the columns of a table became, e.g. `age: numbers`. */
  readonly columns?: readonly string[]
}

/** How large own pictures become, in pixels. */
const side = 28

/** A table of fewer rows has nothing to learn that is not in a few of them. */
const leastRows = 50

/** So many categories of a column are learnt, at most; it is what `tabularTransform` takes. */
const mostCategories = 1000

/**
 * Reads files: one CSV as a table, anything else as pictures, grey if none has a colour.
 *
 * @throws {DatasetError} when there is nothing to learn in them
 */
export async function readOwn(files: readonly File[]): Promise<OwnData> {
  const tables = files.filter(({ name, type }) => /\.(csv|tsv)(\.gz)?$/i.test(name) || type === 'text/csv')
  const [table] = tables
  if (table === undefined) return readPictures(files)
  const others = files.filter((file) => file !== table)
  const own = await readTable(table)
  return {
    ...own,
    problems: [...own.problems, ...others.map(({ name }) => `${name}: only one table is read at a time`)],
  }
}

async function readTable(file: File): Promise<OwnData> {
  const table = await fromCsv(file, /\.tsv/i.test(file.name) ? { delimiter: '\t' } : {})
  const { learnt, problems, columns } = learnable(table, file.name)
  const transform = tabularTransform(learnt)
  const data = transform.apply(learnt)
  return {
    data: Object.assign(data, { likelihood: { kind: 'mixed', ...transform.likelihood } as unknown as Json }),
    kind: 'table',
    problems,
    columns,
  }
}

/**
 * The columns of a table that a model can learn, and what is said of all of them.
 *
 * @throws {DatasetError} when it has too few rows, or no such column
 */
function learnable(table: Table, file: string) {
  if (table.length < leastRows) {
    throw new DatasetError(`${file} has too few rows to learn from.`, {
      facts: { Expected: `at least ${leastRows} rows below the names of the columns`, Received: String(table.length) },
      fix: 'choose a table with more rows',
    })
  }
  const judged = table.columns.map((column) => ({ column, reason: whyNot(column) }))
  const left = judged.flatMap(({ column, reason }) => (reason === undefined ? [] : [`${column.name}: ${reason}`]))
  const kept = judged.flatMap(({ column, reason }) => (reason === undefined ? [column] : []))
  if (kept.length === 0) {
    throw new DatasetError(`${file} has no column that a model can learn.`, {
      facts: { Expected: 'a column of numbers, dates, or categories that recur', Received: left.join('; ') },
      fix: 'choose a table with such a column',
    })
  }
  return {
    learnt: table.select(kept.map(({ name }) => name)),
    problems: left,
    columns: kept.map((column) => `${column.name}: ${became(column)}`),
  }
}

/** Why a column is not learnt; undefined if it is. */
function whyNot({ kind, values, missing, categories }: Column): string | undefined {
  const known = Array.from(values).filter((_, row) => missing[row] !== 1)
  if (known.length === 0) return 'it has no values'
  if (known.length === values.length && known.every((value) => value === known[0])) return 'all its values are the same'
  if (kind !== 'category') return undefined
  if (categories.length > known.length / 2) return 'it is text that hardly recurs'
  return categories.length > mostCategories ? `it has more than ${mostCategories} categories` : undefined
}

function became({ kind, categories }: Column): string {
  if (kind === 'category') return `${categories.length} ${categories.length === 1 ? 'category' : 'categories'}`
  return { number: 'numbers', integer: 'whole numbers', boolean: 'true or false', date: 'dates' }[kind]
}

async function readPictures(files: readonly File[]): Promise<OwnData> {
  const pictures = await fromImages(files, {
    shape: [side, side, 3],
    fit: 'cover',
    onBroken: 'skip',
    workers: 0,
    name: 'yours',
  })
  const problems = pictures.skipped.map(({ file, reason }) => `${file}: ${reason}`)
  if (pictures.size === 0) throw new DatasetError('No file is a picture.', { fix: 'choose PNG, JPEG or WebP files' })
  const values = await pictures.read(Uint32Array.from({ length: pictures.size }, (_, i) => i))
  const isGrey = values.every((value, i) => value === values[i - (i % 3)])
  const data = isGrey
    ? fromArray(
        values.filter((_, i) => i % 3 === 0),
        { shape: [side, side, 1], name: 'yours' },
      )
    : pictures
  return { data, kind: 'pictures', problems }
}
