// The formats that rows of a table are written in, in their own units and names.
import type { Row } from '@ae/datasets'
import type { Encoder } from './encoder.ts'
import { parquetRowsEncoder } from './parquet-encoder.ts'

const text = new TextEncoder()

/** Rows as comma-separated values, Parquet, JSON lines or a JSON array, by the names that `--format` takes. */
export const rowFormats = {
  csv(): Encoder<readonly Row[]> {
    let names: readonly string[] | undefined
    return {
      begin: () => text.encode(''),
      rows(rows) {
        const header = names === undefined ? [Object.keys(rows[0] ?? {})] : []
        names ??= header[0] ?? []
        return text.encode([...header, ...rows.map(fieldsOf(names))].map(lineOf).join(''))
      },
      end: () => text.encode(''),
    }
  },
  parquet: parquetRowsEncoder,
  jsonl: () => jsonRows(['', '', '\n', '']),
  json: () => jsonRows(['[\n', ',\n', '', '\n]\n']),
} as const satisfies Readonly<Record<string, () => Encoder<readonly Row[]>>>

/** Comma-separated values as `fromCsv` reads them; what is missing is empty. */
export function csvOf(rows: readonly Row[]): Uint8Array {
  return rowFormats.csv().rows(rows)
}

function jsonRows([first, between, after, last]: readonly [string, string, string, string]): Encoder<readonly Row[]> {
  let isFirst = true
  return {
    begin: () => text.encode(first),
    rows(rows) {
      const lines = rows.map((row) => {
        const line = `${isFirst ? '' : between}${JSON.stringify(row)}${after}`
        isFirst = false
        return line
      })
      return text.encode(lines.join(''))
    },
    end: () => text.encode(last),
  }
}

function fieldsOf(names: readonly string[]): (row: Row) => readonly string[] {
  return (row) => names.map((name) => textOf(row[name] ?? null))
}

function lineOf(fields: readonly string[]): string {
  return `${fields.map(quoted).join(',')}\n`
}

function textOf(value: Row[string]): string {
  if (value === null) return ''
  return value instanceof Date ? value.toISOString() : String(value)
}

function quoted(field: string): string {
  return /[",;|\t\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
