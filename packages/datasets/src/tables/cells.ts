// What the values of a row and the texts of a CSV file are: each as the number that a column stores, or not of a kind.
import { DatasetError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { ColumnKind } from './table.ts'

/** How the texts of a file are read. */
export interface CellReading {
  /** The public function, for messages. */
  readonly caller: string
  /** Values that are missing besides null, undefined and ''. */
  readonly missing: ReadonlySet<unknown>
  /** What separates whole from fraction in texts. */
  readonly decimal: '.' | ','
  /** Whether texts of numbers are numbers, as in a file, or names, as in rows. */
  readonly areTexts: boolean
}

/** Whether a value stands for nothing. */
export function isMissing(value: unknown, { missing }: CellReading): boolean {
  return value === null || value === undefined || value === '' || (missing.size > 0 && missing.has(value))
}

/** What a column stores for a value that is not missing and no category: undefined if it is not of the kind. */
export function storedValue(value: unknown, kind: ColumnKind, reading: CellReading): number | undefined {
  if (kind === 'boolean') return bitOf(value)
  if (kind === 'date') return timeOf(value)
  const number = typeof value === 'string' ? numberOf(value, reading.decimal) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined
  return kind === 'integer' && !Number.isSafeInteger(number) ? undefined : number
}

/** The name of a category: a text as it is, a number or a boolean as text. */
export function categoryOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  const isName = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  return isName ? String(value) : undefined
}

/**
 * The kind of a column by all of its values so far: booleans if all are `true` and `false`; dates if all are dates, or texts of ISO
 * 8601; whole numbers if all are, else numbers; anything else is a category. Texts of a file with a leading zero and texts of whole
 * numbers beyond 2^53, such as the numbers of accounts, are categories. Undefined if all are missing.
 *
 * @throws {DatasetError} on NaN and infinite numbers; and when at least nine of ten values are numbers, booleans or dates, on a text
 *   that is none, or that usually means a missing value
 */
export function inferKind(name: string, values: Iterable<unknown>, reading: CellReading): ColumnKind | undefined {
  const counts = new Map<ColumnKind, number>()
  let doubt: { readonly value: unknown; readonly row: number } | undefined
  let word: { readonly value: unknown; readonly row: number } | undefined
  let row = 0
  for (const value of values) {
    row++
    if (isMissing(value, reading)) continue
    if (isDoubtful(value)) {
      doubt ??= { value, row }
      continue
    }
    const kind = kindOf(value, reading)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    if (kind === 'category' && !/^[+-]?\d+$/.test(String(value))) word ??= { value, row }
  }
  const odd = doubt ?? word
  const usual = typeof doubt?.value === 'number' ? 'number' : usualKind(counts)
  if (odd !== undefined && usual !== undefined) throw badCell(reading.caller, name, usual, odd.value, odd.row)
  const kinds = [...counts.keys()]
  if (doubt !== undefined) return 'category'
  if (kinds.length > 0 && kinds.every((kind) => kind === 'number' || kind === 'integer')) {
    return counts.has('number') ? 'number' : 'integer'
  }
  return kinds.length > 1 ? 'category' : kinds[0]
}

/** The kind of at least nine of ten values, other than names: a word among them is rather a mistake than a name. */
function usualKind(counts: ReadonlyMap<ColumnKind, number>): ColumnKind | undefined {
  const count = (kind: ColumnKind) => counts.get(kind) ?? 0
  const all = [...counts.values()].reduce((sum, part) => sum + part, 0)
  if (all === 0) return undefined
  if (10 * (count('number') + count('integer')) >= 9 * all) return 'number'
  return (['boolean', 'date'] as const).find((kind) => 10 * count(kind) >= 9 * all)
}

function kindOf(value: unknown, { areTexts, decimal }: CellReading): ColumnKind {
  if (typeof value === 'boolean' || (areTexts && /^(?:true|false)$/i.test(String(value)))) return 'boolean'
  if (value instanceof Date || (typeof value === 'string' && timeOf(value) !== undefined)) return 'date'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number'
  if (typeof value !== 'string' || !areTexts || /^[+-]?0\d/.test(value)) return 'category'
  const number = numberOf(value, decimal)
  if (number === undefined) return 'category'
  if (Number.isSafeInteger(number)) return 'integer'
  return /^[+-]?\d+$/.test(value) ? 'category' : 'number'
}

/** NaN and infinity, and texts that pandas and others write or read as a missing value. */
function isDoubtful(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  return typeof value === 'string' && doubtful.test(value)
}

const doubtful = /^(?:[+-]?(?:nan|inf|infinity)|n\/?a|<na>|nat|null|none|nil|\?|-|\.|#n\/a|missing)$/i

/** A decimal number: undefined for other texts, among them '', '0x10' and 'Infinity', which `Number` takes. */
function numberOf(text: string, decimal: '.' | ','): number | undefined {
  const plain = decimal === ',' ? text.replace(',', '.') : text
  if (decimal === ',' && text.includes('.')) return undefined
  const number = Number(plain)
  if (Number.isNaN(number) || plain.trim() === '') return undefined
  const second = plain.charCodeAt(1) | 32
  if (plain.charCodeAt(0) === 48 && (second === 120 || second === 98 || second === 111)) return undefined // 0x, 0b, 0o
  return Number.isFinite(number) || !/[iI]/.test(plain) ? number : undefined
}

function bitOf(value: unknown): number | undefined {
  if (value === true || value === 1) return 1
  if (value === false || value === 0) return 0
  if (typeof value !== 'string') return undefined
  return /^(?:true|1|1\.0)$/i.test(value) ? 1 : /^(?:false|0|0\.0)$/i.test(value) ? 0 : undefined
}

/** A date, or a text of ISO 8601; without a zone it is in UTC, as pandas takes it, and not in the zone of this machine. */
function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return Number.isFinite(value.getTime()) ? value.getTime() : undefined
  if (typeof value !== 'string' || value.length > 40) return undefined
  if (value.length === 10) return dayOf(value)
  const parts = iso.exec(value)
  if (parts === null) return undefined
  const [, date = '', hours, minutes, seconds = '0', fraction = '', zone = 'Z'] = parts
  const day = dayOf(date)
  const offset = /z/i.test(zone) ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))
  const clock = [Number(hours), Number(minutes), Number(seconds)] as const
  if (day === undefined || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return undefined
  return day + ((clock[0] * 60 + clock[1] - offset) * 60 + clock[2]) * 1000 + Number(`${fraction}000`.slice(0, 3))
}

/** A text such as 2024-02-29, as milliseconds; by its digits, as a table may have millions of them. */
function dayOf(text: string): number | undefined {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined
  const [year, month, day] = [digitsOf(text, 0, 4), digitsOf(text, 5, 7), digitsOf(text, 8, 10)]
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 0)) return undefined
  if (year < 100) return dayOfAntiquity(year, month, day)
  const time = Date.UTC(year, month - 1, day)
  return day <= 28 || new Date(time).getUTCDate() === day ? time : undefined // 30 February
}

/** `Date.UTC` takes years below 100 for those of the last century. */
function dayOfAntiquity(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCDate() === day ? date.getTime() : undefined
}

/** The number that some digits of a text make; NaN if one is no digit. */
function digitsOf(text: string, start: number, end: number): number {
  let number = 0
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    number = 10 * number + digit
  }
  return number
}

const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?(Z|z|[+-]\d\d:?\d\d)?$/

/** The error of a value that is not of its column's kind; rows count from 1. */
export function badCell(caller: string, column: string, kind: ColumnKind, value: unknown, row: number): DatasetError {
  const isText = typeof value === 'string'
  const isNumber = kind === 'number' || kind === 'integer'
  const asMissing = isText ? `missing: [${JSON.stringify(value)}]` : 'missing: [Number.NaN]'
  const cures = [
    ...(isText || Number.isNaN(value) ? [`if it means a missing value, pass ${asMissing}`] : []),
    ...(isNumber && isText && /^[+-]?[\d.]*,\d+$/.test(value) ? ["for decimal commas pass decimal: ','"] : []),
    ...(kind === 'category'
      ? []
      : [`if the column holds names, pass columns: { ${JSON.stringify(column)}: 'category' }`]),
    ...(kind === 'integer' && Number.isFinite(Number(value))
      ? [`for fractions pass columns: { ${JSON.stringify(column)}: 'number' }`]
      : []),
  ]
  return new DatasetError(`\`${caller}\` received a value that is not ${expectations[kind]}.`, {
    facts: {
      Column: show(column),
      Row: `${row}, counted from 1${caller === 'fromCsv' ? ' after the header' : ''}`,
      Expected: examples[kind],
      Received: show(value),
    },
    fix: cures.slice(0, 3).join('; ') || 'convert it to a text, or leave the column out',
  })
}

const expectations: Readonly<Record<ColumnKind, string>> = {
  number: 'a finite number',
  integer: 'a whole number',
  category: 'the name of a category',
  boolean: 'true or false',
  date: 'a date',
}

const examples: Readonly<Record<ColumnKind, string>> = {
  number: 'a number such as -1.5 or 2e-3',
  integer: 'an integer from -(2^53 - 1) to 2^53 - 1',
  category: 'a text, a number or a boolean',
  boolean: 'true, false, 1 or 0',
  date: 'a Date, or a text such as 2024-05-31 or 2024-05-31 12:00:00+02:00',
}
