// The records of a CSV text as lists of fields, by Papa Parse: RFC 4180, with the delimiters and line ends that files really have.
import type { DatasetError } from '@ae/core'
import { show } from '@ae/core/internal'
import { fileError, type Origin } from '../file-error.ts'

/** How fields are divided. */
export interface CsvDialect {
  /** Or undefined: the one of `,`, `;`, tab and `|` that divides the first lines best. */
  readonly delimiter: string | undefined
  /** What separates whole from fraction in numbers: `,` is no delimiter then. */
  readonly decimal: '.' | ','
}

/**
 * Records, some at a time, as the text arrives. Fields are without the blanks around them; empty lines are left out, unless there is
 * only one column.
 *
 * @throws {DatasetError} when a quote is opened and never closed, or what follows a closing quote is no end of a field
 */
export async function* csvRecords(
  origin: Origin,
  texts: AsyncIterable<string>,
  dialect: CsvDialect,
): AsyncGenerator<string[][]> {
  const { default: papa } = await import('papaparse')
  let parser: CsvParser | undefined
  let pending = ''
  let left = 0
  let count = 0
  let width: number | undefined
  const parse = (isLast: boolean) => {
    parser ??= parserFor(papa, pending, dialect)
    const { data, errors, meta } = parser.parse(pending, 0, !isLast)
    const fault = errors.find(({ row }) => isLast || row < data.length)
    if (fault !== undefined) throw quoteError(origin, fault, count, pending)
    if (isLast && data.at(-1)?.join('') === '') data.pop() // what follows the last line end
    pending = isLast ? '' : pending.slice(meta.cursor)
    left = pending.length
    count += data.length
    for (const record of data) for (let i = 0; i < record.length; i++) record[i] = (record[i] as string).trim()
    width ??= data.find(isFilled)?.length
    return width === 1 ? data : data.filter(isFilled)
  }
  for await (const text of texts) {
    pending += text
    // A quote that is still open is looked for again only once there is twice as much, so that the work stays linear.
    if (pending.length < Math.max(smallestPiece, 2 * left)) continue
    if (left > longestRecord) throw quoteError(origin, { code: 'MissingQuotes', row: 0, index: 0 }, count, pending)
    yield parse(false)
  }
  if (pending !== '') yield parse(true)
}

/** Whether a record is more than an empty line. */
function isFilled(record: readonly string[]): boolean {
  return record.length > 1 || record[0] !== ''
}

/** Characters that are parsed at once. */
const smallestPiece = 2 ** 16

/** Characters of one record: beyond it a quote was left open. */
const longestRecord = 2 ** 25

interface CsvParser {
  parse(
    text: string,
    baseIndex: number,
    ignoreLastRow: boolean,
  ): { readonly data: string[][]; readonly errors: readonly Fault[]; readonly meta: { readonly cursor: number } }
}

interface Fault {
  readonly code: string
  /** Of those that were parsed. */
  readonly row: number
  /** Of the character. */
  readonly index?: number
}

function parserFor(papa: typeof import('papaparse'), beginning: string, { delimiter, decimal }: CsvDialect): CsvParser {
  const candidates = decimal === ',' ? [';', '\t', '|'] : [',', ';', '\t', '|']
  const guess = papa.parse(beginning, { preview: 20, delimitersToGuess: candidates }).meta
  const newline = guess.linebreak === '\r' ? '\r' : '\n' // the blanks that are cut from fields take the \r of \r\n with them
  return new papa.Parser({ delimiter: delimiter ?? guess.delimiter, newline })
}

function quoteError(
  { caller, file }: Origin,
  { code, row, index = 0 }: Fault,
  before: number,
  text: string,
): DatasetError {
  const isOpen = code === 'MissingQuotes'
  return fileError({ caller, file }, isOpen ? 'a quote that is never closed' : 'a quote inside a quoted field', {
    facts: {
      Record: `${before + row + 1}, counted from 1 with the header`,
      Expected: isOpen
        ? 'a second quote at the end of the field'
        : 'a delimiter or the end of the line after the closing quote',
      Received: show(text.slice(Math.max(0, index - 1), index + 40)),
    },
    fix: 'write quotes inside of quoted fields twice, as "a ""b"" c"',
  })
}
