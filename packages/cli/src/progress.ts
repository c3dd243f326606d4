// How far a verb is: a bar on a terminal, and nothing elsewhere.
import { Presets, SingleBar } from 'cli-progress'
import type { Io } from './verb.ts'

/** Shows how many examples are done. */
export interface Progress {
  /** @param count how many more */
  add(count: number): void
  /** Removes the bar. */
  end(): void
}

/** A bar on stderr, if that is a terminal. */
export function progressOf({ stderr }: Pick<Io, 'stderr'>, what: string, total: number): Progress {
  if (!stderr.isTTY) return { add: () => {}, end: () => {} }
  const format = `${what} {bar} {percentage}% | {value} of {total} | {eta_formatted} left`
  const bar = new SingleBar(
    {
      stream: stderr as NodeJS.WriteStream,
      format,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 200,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0)
  return { add: (count) => bar.increment(count), end: () => bar.stop() }
}
