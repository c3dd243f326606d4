// What the logs of lines share: going on where a former log ends. The former log may have been cut off in the middle of a line,
// and may be ahead of the checkpoint from which the run goes on.
import { OptionError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { LogFile } from './log-file.ts'

/**
 * The lines of a former log before a step; a last line without its end is left out, and so is what follows the first line of
 * that step or a later one.
 *
 * @param file borrowed
 * @param options what reads the step of a line, undefined when it is not a line of such a log; and the step
 * @returns the lines, without their ends, and whether they are all that the file has
 * @throws {OptionError} when the file is something else than such a log: it is not overwritten
 */
export async function linesBefore(
  file: LogFile,
  options: {
    readonly functionName: string
    readonly step: number
    readonly stepOf: (line: string, index: number) => number | undefined
  },
): Promise<{ readonly lines: readonly string[]; readonly isAll: boolean }> {
  const { functionName, step, stepOf } = options
  const content = new TextDecoder().decode(await file.read())
  const whole = content.split('\n')
  const torn = whole.pop() as string
  const lines: string[] = []
  for (const [index, line] of whole.entries()) {
    const own = stepOf(line, index)
    if (own === undefined) throw foreign(functionName, file.name, line)
    if (own >= step) return { lines, isAll: false }
    lines.push(line)
  }
  if (torn !== '' && whole.length === 0 && !isBeginning(torn)) throw foreign(functionName, file.name, torn)
  return { lines, isAll: torn === '' }
}

/** Whether a text can be the beginning of the first line that a log writes. */
function isBeginning(torn: string): boolean {
  return ['{"step":', 'step,epoch,time'].some((first) => torn.startsWith(first) || first.startsWith(torn))
}

function foreign(functionName: string, name: string, line: string): OptionError {
  return new OptionError(`\`${functionName}\` received a \`place\` that holds something else than its log.`, {
    facts: {
      Expected: 'no file yet, or one that the same function wrote',
      Received: `${name}, with the line ${show(line)}`,
    },
    fix: 'pass a new file, or remove this one',
  })
}
