// The command's frame: finds the verb, reads its flags, runs it, and says what went wrong. Loads no library but the parser.
import { CommanderError } from 'commander'
import { inFlags } from './in-flags.ts'
import { programOf } from './program.ts'
import type { ExitCode, Io } from './verb.ts'

/**
 * Runs the `ae` command. While `ae train` runs it listens for the three signals: the first makes it save and return, a second
 * one ends the process.
 *
 * @param args what follows the command's name, e.g. `['train', '--epochs', '3']`
 * @param io where it reads and writes. Defaults to the streams and the environment of the process
 * @returns the exit code, see {@link ExitCode}
 */
export async function main(args: readonly string[], io: Io = process): Promise<ExitCode> {
  await assertWords(args)
  try {
    return await programOf(args, io)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // commander has printed what is wrong
    if (!isDesigned(error)) throw error
    io.stderr.write(`${error.name}: ${inFlags(error.message, args[0])}\n`)
    return error.name === 'OptionError' ? 2 : 1
  }
}

async function assertWords(args: unknown): Promise<void> {
  if (Array.isArray(args) && Array.from(args).every((word) => typeof word === 'string')) return
  const { assertOption } = await import('@ae/core/internal')
  assertOption('main', 'args', args, () => 'a list of strings')
}

/** As `AutoencoderError.isInstance`, whose package has been loaded only if there is such an error. */
function isDesigned(error: unknown): error is Error {
  return error instanceof Error && Symbol.for('@ae/error') in error
}
