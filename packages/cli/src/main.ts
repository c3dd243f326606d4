// The command's frame: the program of subcommands, and how errors end it.
import { AutoencoderError } from '@ae/core'
import { assertOption } from '@ae/core/internal'
import { Command, CommanderError } from 'commander'
import { version } from '../package.json'
import { inFlags } from './in-flags.ts'
import { inspectCommand } from './inspect-command.ts'
import { modelsCommand } from './models-command.ts'
import { trainCommand } from './train-command.ts'

/** Exit codes: 0 done, 1 failed, 2 wrong use, 129, 130 and 143 stopped by SIGHUP, SIGINT (Ctrl-C) and SIGTERM. */
export type ExitCode = 0 | 1 | 2 | 129 | 130 | 143

/**
 * Runs the `ae` command. While `ae train` runs it listens for the three signals: the first makes it save and return, a second
 * one ends the process.
 *
 * @param args what follows the command's name, e.g. `['train', '--epochs', '3']`
 * @returns the exit code, see {@link ExitCode}
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  assertOption('main', 'args', args, (value) =>
    Array.isArray(value) && Array.from(value).every((word) => typeof word === 'string')
      ? undefined
      : 'a list of strings',
  )
  let code: ExitCode = 0
  const program = new Command('ae')
    .description('Autoencoders and VAEs: train one, draw its pictures, say what a file holds.')
    .version(version)
    .exitOverride()
    .addCommand(modelsCommand().exitOverride())
    .addCommand(inspectCommand().exitOverride())
    .addCommand(
      trainCommand((exitCode) => {
        code = exitCode
      }).exitOverride(),
    )
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // commander has printed what is wrong
    if (!AutoencoderError.isInstance(error)) throw error
    process.stderr.write(`${error.name}: ${inFlags(error.message)}\n`)
    return error.name === 'OptionError' ? 2 : 1
  }
}
