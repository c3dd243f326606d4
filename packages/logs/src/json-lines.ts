// A log of JSON lines (https://jsonlines.org): one object per record.
import type { Logger, LogRecord } from '@ae/core'
import { inOrder } from './in-order.ts'
import { linesBefore } from './line-log.ts'
import { type LogFilePlace, logFileOf } from './log-file.ts'
import { assertRecord } from './record.ts'

/**
 * Logs one line of JSON per record, e.g. `{"step":469,"epoch":1,"time":1764500000.5,"train/total":120.5}`. NaN and infinity, which
 * JSON lacks, become null.
 *
 * Each line is written when its record comes, so Ctrl-C loses none. Where the file has such a log already, its lines before the
 * first new step stay and the others go: a run that goes on from a checkpoint continues its log, and a new run replaces it. A last
 * line that was cut off is dropped.
 *
 * @param place in Node the path of a file; in a page a `FileSystemFileHandle`; or a store, which is written whole each time
 * @throws {OptionError} when `place` is none of these; on the first record when the file holds something else
 * @throws {AutoencoderError} when a line cannot be written
 * @example
 * ```ts
 * await fit(model, digits, { epochs: 10, log: jsonLines('vae.jsonl') })
 * ```
 */
export function jsonLines(place: LogFilePlace): Logger {
  const file = logFileOf('jsonLines', place)
  const run = inOrder()
  let isOpen = false
  return {
    async write(record) {
      assertRecord('jsonLines', record)
      const line = `${lineOf(record)}\n`
      await run(async () => {
        if (!isOpen) {
          const { lines, isAll } = await linesBefore(file, { functionName: 'jsonLines', step: record.step, stepOf })
          if (!isAll) await file.replace(encode(lines.map((former) => `${former}\n`).join('')))
          isOpen = true
        }
        await file.append(encode(line))
      })
    },
    close: () => run(async () => {}),
  }
}

function lineOf({ step, epoch, time, scalars }: LogRecord): string {
  return JSON.stringify({ step, epoch, time, ...scalars })
}

function stepOf(line: string): number | undefined {
  try {
    const { step } = JSON.parse(line) as { step?: unknown }
    return typeof step === 'number' ? step : undefined
  } catch {
    return undefined
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
