// The logs of a run that `--log` names, in its `--out` folder.
import { join } from 'node:path'
import type { Logger } from '@ae/core'
import { firstLine } from './first-line.ts'
import type { LogName } from './training-flags.ts'

const files: Readonly<Record<Exclude<LogName, 'tensorboard'>, string>> = { csv: 'log.csv', jsonl: 'log.jsonl' }

/** The files that logs are, for checks; TensorBoard's are in a folder. */
export function logPlaces(names: readonly LogName[]): readonly string[] {
  return names.flatMap((name) => (name === 'tensorboard' ? [] : [files[name]]))
}

/**
 * The loggers, each once. One that fails writes no more: a log is not worth a run.
 *
 * @param warn receives why one failed
 */
export async function loggersOf(
  names: readonly LogName[],
  out: string,
  warn: (text: string) => void,
): Promise<readonly Logger[]> {
  if (names.length === 0) return []
  const { csvLog, jsonLines, tensorBoard } = await import('@ae/logs')
  const make: Readonly<Record<LogName, () => Logger>> = {
    tensorboard: () => tensorBoard(join(out, 'tensorboard')),
    csv: () => csvLog(join(out, files.csv)),
    jsonl: () => jsonLines(join(out, files.jsonl)),
  }
  return [...new Set(names)].map((name) => tolerant(make[name](), (error) => warn(`--log ${name} ended: ${error}`)))
}

function tolerant(logger: Logger, failed: (error: string) => void): Logger {
  let isOver = false
  const attempt = async (action: () => void | Promise<void>) => {
    if (isOver) return
    try {
      await action()
    } catch (error) {
      isOver = true
      failed(firstLine(error))
    }
  }
  return {
    write: (record) => attempt(() => logger.write(record)),
    close: () => attempt(() => logger.close?.()),
  }
}
