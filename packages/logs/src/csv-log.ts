// A log as a table of comma-separated values (RFC 4180): one row per record, one column per figure.
import type { Logger, LogRecord } from '@ae/core'
import { inOrder } from './in-order.ts'
import { linesBefore } from './line-log.ts'
import { type LogFilePlace, logFileOf } from './log-file.ts'
import { assertRecord } from './record.ts'

const first = ['step', 'epoch', 'time']

/**
 * Logs one row per record: step, epoch, time in seconds since 1970, and a column per figure, in the order in which figures first
 * came. A figure that comes later adds a column, for which the file is written anew; where a record lacks a figure the cell is
 * empty.
 *
 * Each row is written when its record comes, so Ctrl-C loses none. Where the file has such a log already, its rows before the first
 * new step stay and the others go: a run that goes on from a checkpoint continues its log, and a new run replaces it. A last row
 * that was cut off is dropped.
 *
 * @param place in Node the path of a file; in a page a `FileSystemFileHandle`; or a store, which is written whole each time
 * @throws {OptionError} when `place` is none of these; on the first record when the file holds something else
 * @throws {AutoencoderError} when a row cannot be written
 * @example
 * ```ts
 * await fit(model, digits, { epochs: 10, log: csvLog('vae.csv') })
 * ```
 */
export function csvLog(place: LogFilePlace): Logger {
  const file = logFileOf('csvLog', place)
  const run = inOrder()
  let columns: string[] | undefined
  return {
    async write(record) {
      assertRecord('csvLog', record)
      await run(async () => {
        if (columns === undefined) {
          const { lines, isAll } = await linesBefore(file, { functionName: 'csvLog', step: record.step, stepOf })
          // Of a log without rows the header goes too: this run may have other figures.
          const kept = lines.length > 1 ? lines : []
          if (!isAll || kept.length < lines.length) await file.replace(encode(kept))
          columns = kept[0] === undefined ? [] : cellsOf(kept[0])
        }
        const added = [...first, ...Object.keys(record.scalars)].filter((name) => !columns?.includes(name))
        if (added.length > 0) {
          const rows = new TextDecoder()
            .decode(await file.read())
            .split('\n')
            .slice(1, -1)
          const wider = [...columns, ...added]
          const line = wider.map(quoted).join(',')
          await file.replace(encode([line, ...rows.map((row) => row + ','.repeat(added.length))]))
          columns = wider
        }
        await file.append(encode([rowOf(record, columns)]))
      })
    },
    close: () => run(async () => {}),
  }
}

function rowOf({ step, epoch, time, scalars }: LogRecord, columns: readonly string[]): string {
  const values: Readonly<Record<string, number>> = { step, epoch, time, ...scalars }
  return columns.map((name) => values[name] ?? '').join(',')
}

/** The step of a row; of the header, one before all. */
function stepOf(line: string, index: number): number | undefined {
  if (index === 0) return first.every((name, column) => cellsOf(line)[column] === name) ? -1 : undefined
  return /^\d+,/.test(line) ? Number.parseInt(line, 10) : undefined
}

function quoted(name: string): string {
  return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name
}

/** The cells of a header: names have no line breaks. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain ?? '',
  )
}

function encode(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
}
