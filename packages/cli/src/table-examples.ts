// Rows and columns for a trained model: of a table with its transform, or of plain numbers.
import { readFile } from 'node:fs/promises'
import { DatasetError, OptionError, type Shape, sizeOfShape } from '@ae/core'
import {
  type ColumnKind,
  fromArray,
  fromCsv,
  fromRows,
  type IndexedDataset,
  type Table,
  type TabularTransform,
  tableFromParquet,
} from '@ae/datasets'
import type { Sniffed } from './data-sniff.ts'
import { rowsThatFit, where } from './tables.ts'

interface TableFile {
  readonly verb: string
  readonly transform: TabularTransform | undefined
  readonly missing: string | undefined
}

/** A table of a file; of JSON lists of numbers the examples themselves. */
export async function readTableFile(
  path: string,
  sniffed: Sniffed,
  { verb, transform, missing }: TableFile,
): Promise<Table | IndexedDataset> {
  const texts = missing?.split(',').map((one) => one.trim())
  const kinds = transform?.kinds
  try {
    if (sniffed === 'json') return await readJson(path, verb, kinds, texts)
    if (sniffed === 'parquet') return await tableFromParquet(path, { columns: kinds, missing: texts })
    return await fromCsv(path, { columns: kinds, missing: texts })
  } catch (error) {
    const isLacking = OptionError.isInstance(error) && error.message.includes('a column that the data does not have')
    if (!isLacking || kinds === undefined) throw error
    throw new DatasetError(`\`${verb}\` received a table that lacks a column which the model was trained on.`, {
      facts: { File: path, Expected: Object.keys(kinds).join(', ') },
      fix: 'pass a table with all of these columns, under these names; it may have more',
    })
  }
}

/** Objects are rows of a table; lists are examples. */
async function readJson(
  path: string,
  verb: string,
  kinds: Readonly<Record<string, ColumnKind>> | undefined,
  missing: readonly string[] | undefined,
): Promise<Table | IndexedDataset> {
  const items = parseItems(await readFile(path, 'utf8'), verb, path).map(soleList)
  if (items.every((item) => Array.isArray(item))) {
    return fromArray(items as readonly number[][], { name: path, shape: shapeOf(items[0]) })
  }
  const isRow = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item)
  const other = items.findIndex((item) => !isRow(item))
  if (other < 0) return fromRows(items as Readonly<Record<string, unknown>>[], { columns: kinds, missing, name: path })
  throw new DatasetError(`\`${verb}\` received JSON that is neither rows nor examples.`, {
    facts: { File: path, Received: `${JSON.stringify(items[other])?.slice(0, 60)} as item ${other + 1}` },
    fix: 'write one object a row, {"age": 31}, or one list of numbers an example, [0.1, 0.2]',
  })
}

/** What `{"codes": [0.1, 0.2]}` holds, as `ae encode` writes it. */
function soleList(item: unknown): unknown {
  const [only, other] = typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.values(item) : []
  return Array.isArray(only) && other === undefined ? only : item
}

/** The lengths of nested lists, by the first ones. */
function shapeOf(item: unknown): number[] {
  return Array.isArray(item) ? [item.length, ...shapeOf(item[0])] : []
}

/** The items of a JSON array, or one a line. */
function parseItems(text: string, verb: string, path: string): readonly unknown[] {
  const refuse = (line: number, cause: unknown) =>
    new DatasetError(`\`${verb}\` received text that is not JSON.`, {
      facts: { File: path, Line: String(line), Reason: cause instanceof Error ? cause.message : String(cause) },
      fix: 'write one value of JSON a line, or one array of them',
      cause,
    })
  const lines = text.split('\n')
  const isLines = lines.length > 1 && isJson(lines[0] ?? '')
  if (!isLines) {
    try {
      const whole: unknown = JSON.parse(text)
      const isList = Array.isArray(whole) && whole.some((item) => typeof item === 'object' && item !== null)
      return isList ? whole : [whole]
    } catch (cause) {
      throw refuse(1, cause)
    }
  }
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line) as unknown]
    } catch (cause) {
      throw refuse(index + 1, cause)
    }
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The rows of a part, divided as `ae train` divides them. */
export function rowsOfPart(table: Table, part: unknown, columns: readonly string[]): Table {
  if (part === undefined || part === 'all') return table
  const share = Math.max(0.1, 1 / table.length)
  const [most, rest] = table.split({ fractions: [1 - share, share] })
  return part === 'train' ? most : where(rest, rowsThatFit(rest, most.select(columns)))
}

/** A table of numbers alone as examples: its columns in their order, but for the labels. */
export function numbersOfTable(
  table: Table,
  {
    verb,
    shape,
    examples,
    labels,
    areCodes,
  }: {
    readonly verb: string
    readonly shape: Shape
    readonly examples: string | undefined
    readonly labels: string | undefined
    readonly areCodes?: boolean | undefined
  },
): IndexedDataset {
  const names = table.columns.map(({ name }) => name)
  const codes = areCodes ? names.filter((name) => /^[zi]\d+$/.test(name)) : []
  const chosen =
    examples?.split(',').map((name) => name.trim()) ??
    (codes.length > 0 ? codes : names.filter((name) => name !== labels))
  const columns = table.select(chosen).columns
  for (const { name, kind, missing } of columns) {
    const gap = missing.indexOf(1)
    if (kind !== 'category' && kind !== 'date' && gap < 0) continue
    throw new DatasetError(`\`${verb}\` received a table with a column that is not of numbers alone.`, {
      facts: {
        File: table.name,
        Column: name,
        Received: gap < 0 ? kind : `a missing value in row ${gap + 1}`,
      },
      fix: 'pass the columns that the model takes with --examples, and fill what is missing before',
    })
  }
  const size = sizeOfShape(shape)
  if (columns.length !== size) {
    throw new DatasetError(`\`${verb}\` received a table with another number of columns than an example has values.`, {
      facts: {
        File: table.name,
        Expected: `${size} for [${shape.join(', ')}]`,
        Received: `${columns.length}: ${chosen.slice(0, 8).join(', ')}${chosen.length > 8 ? ', ...' : ''}`,
      },
      fix: 'pass the columns that the model takes with --examples; a model of a table has the transform of its rows in its file',
    })
  }
  const values = new Float32Array(table.length * size)
  for (const [place, { values: own }] of columns.entries()) {
    for (let row = 0; row < table.length; row++) values[row * size + place] = own[row] as number
  }
  const known = labels === undefined ? undefined : table.column(labels)
  return fromArray(values, {
    name: table.name,
    shape,
    labels: known === undefined ? undefined : Int32Array.from(known.values),
  })
}
