// Numbers of a JSON body, straight from its bytes into one array: five times as fast as JSON.parse and a copy, which take
// longer than a small model. It reads what clients usually send and leaves everything else, wrong bodies too, to JSON.parse.
import { type Shape, sizeOfShape } from '@ae/core'
import type { NumberRows } from './read-numbers.ts'

/** A body that was read. */
export interface ScannedBody {
  readonly numbers: NumberRows
  /** The other members. */
  readonly rest: Readonly<Record<string, unknown>>
}

/**
 * Reads a body `{ "<member>": [rows of numbers], ...others }`, with that member first.
 *
 * @param body UTF-8
 * @param shape of one row
 * @returns the same numbers as JSON.parse gives, rounded to float32; undefined if the body has any other form
 */
export function scanNumbers(body: Uint8Array, member: string, shape: Shape): ScannedBody | undefined {
  const cursor: Cursor = { body, at: 0 }
  for (const token of ['{', `"${member}"`, ':']) if (!accept(cursor, token)) return undefined
  const rank = rankAt(cursor)
  const row = rank === shape.length + 1 ? shape : rank === 2 ? [sizeOfShape(shape)] : undefined
  if (row === undefined) return undefined
  const scanner: Scanner = { ...cursor, values: new Float32Array(body.length >>> 1), count: 0 } // a number and its comma
  if (!readRows(scanner, row)) return undefined
  const { values, at } = scanner
  const size = sizeOfShape(shape)
  const count = scanner.count / size
  const rest = membersAfter(body, at)
  // A name that is there twice: the last one counts.
  if (rest === undefined || member in rest || 'rows' in rest) return undefined
  return { numbers: { values: values.slice(0, count * size), count }, rest }
}

interface Cursor {
  readonly body: Uint8Array
  at: number
}

interface Scanner extends Cursor {
  readonly values: Float32Array
  count: number
}

const [comma, minus, point, zero, nine, open, close] = [44, 45, 46, 48, 57, 91, 93] as const

/** The next byte that is not white space; stays at it. */
function peek(scanner: Cursor): number {
  const { body } = scanner
  let byte = body[scanner.at] ?? 0
  while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = body[++scanner.at] ?? 0
  return byte
}

function accept(scanner: Cursor, token: string): boolean {
  peek(scanner)
  for (let i = 0; i < token.length; i++) if (scanner.body[scanner.at + i] !== token.charCodeAt(i)) return false
  scanner.at += token.length
  return true
}

/** How many lists begin here. */
function rankAt(cursor: Cursor): number {
  const ahead = { ...cursor }
  let rank = 0
  while (peek(ahead) === open) {
    ahead.at++
    rank++
  }
  return rank
}

/** One or more rows. */
function readRows(scanner: Scanner, row: Shape): boolean {
  take(scanner, open)
  do {
    if (!readList(scanner, row, 0)) return false
  } while (take(scanner, comma))
  return take(scanner, close)
}

/** A list of the lengths `row[axis]`, `row[axis + 1]`, ... */
function readList(scanner: Scanner, row: Shape, axis: number): boolean {
  if (!take(scanner, open)) return false
  const [length = 0, isLast] = [row[axis], axis === row.length - 1]
  for (let i = 0; i < length; i++) {
    if (i > 0 && !take(scanner, comma)) return false
    if (!(isLast ? readNumber(scanner) : readList(scanner, row, axis + 1))) return false
  }
  return take(scanner, close)
}

function take(scanner: Scanner, byte: number): boolean {
  if (peek(scanner) !== byte) return false
  scanner.at++
  return true
}

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

/**
 * A number without an exponent and with at most 15 digits. Its digits as an integer and the power of ten are both exact
 * float64, so that their quotient is rounded once, to what JSON.parse gives.
 */
function readNumber(scanner: Scanner): boolean {
  const { body } = scanner
  const isNegative = peek(scanner) === minus
  let at = isNegative ? scanner.at + 1 : scanner.at
  const first = at
  let byte = body[at] ?? 0
  let [digits, decimals] = [0, 0]
  while (byte >= zero && byte <= nine) {
    digits = digits * 10 + byte - zero
    byte = body[++at] ?? 0
  }
  const whole = at - first
  if (whole === 0 || (whole > 1 && body[first] === zero)) return false
  if (byte === point) {
    byte = body[++at] ?? 0
    const begin = at
    while (byte >= zero && byte <= nine) {
      digits = digits * 10 + byte - zero
      byte = body[++at] ?? 0
    }
    decimals = at - begin
    if (decimals === 0) return false
  }
  if (whole + decimals > 15 || byte === 101 || byte === 69) return readLongNumber(scanner) // e, E
  const value = digits / (powersOfTen[decimals] as number)
  scanner.values[scanner.count++] = isNegative ? -value : value
  scanner.at = at
  return true
}

/** Any number of JSON that float32 has. */
function readLongNumber(scanner: Scanner): boolean {
  const { body, at } = scanner
  let end = at
  while (end < body.length && end < at + 40 && !isEnd(body[end] as number)) end++
  const text = String.fromCharCode(...body.subarray(at, end))
  const value = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Math.fround(Number(text)) : Number.NaN
  if (!Number.isFinite(value)) return false
  scanner.values[scanner.count++] = value
  scanner.at = end
  return true
}

function isEnd(byte: number): boolean {
  return byte === comma || byte === close || byte === 32 || byte === 10 || byte === 13 || byte === 9
}

/** What follows the first member, as an object. */
function membersAfter(body: Uint8Array, at: number): Readonly<Record<string, unknown>> | undefined {
  const text = new TextDecoder().decode(body.subarray(at)).trim()
  try {
    const others: Record<string, unknown> = JSON.parse(text.startsWith(',') ? `{${text.slice(1)}` : `{${text}`)
    return text.startsWith(',') === Object.keys(others).length > 0 ? others : undefined
  } catch {
    return undefined
  }
}
