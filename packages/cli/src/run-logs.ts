// The logs of a run that `--log` names, in its `--out` folder.
import { join } from 'node:path'
import type { Logger } from '@ae/core'
import type { LogName } from './training-flags.ts'

const files: Readonly<Record<Exclude<LogName, 'tensorboard'>, string>> = { csv: 'log.csv', jsonl: 'log.jsonl' }

/** The files that logs are, for checks; TensorBoard's are in a folder. */
export function logPlaces(names: readonly LogName[]): readonly string[] {
  return names.flatMap((name) => (name === 'tensorboard' ? [] : [files[name]]))
}

/** The loggers, each once. */
export async function loggersOf(names: readonly LogName[], out: string): Promise<readonly Logger[]> {
  if (names.length === 0) return []
  const { csvLog, jsonLines, tensorBoard } = await import('@ae/logs')
  const make: Readonly<Record<LogName, () => Logger>> = {
    tensorboard: () => tensorBoard(join(out, 'tensorboard')),
    csv: () => csvLog(join(out, files.csv)),
    jsonl: () => jsonLines(join(out, files.jsonl)),
  }
  return [...new Set(names)].map((name) => make[name]())
}
