// The `ae-node-gpu` command: its subcommands, and its exit codes.
import { AutoencoderError } from '@ae/core'
import { Command, CommanderError } from 'commander'
import { version } from '../package.json'
import { doctorCommand, probeCommand } from './doctor/command.ts'
import { linkCommand } from './link-command.ts'

/**
 * Runs the `ae-node-gpu` command.
 *
 * @param args what follows the command's name, e.g. `['link', '--libtensorflow', 'tensorflow.whl']`
 * @returns the exit code: 0 for success, 1 for failure, 2 for wrong usage
 */
export async function main(args: readonly string[]): Promise<0 | 1 | 2> {
  const program = new Command('ae-node-gpu')
    .description('Backends for Node: see which of them work here, and give them a libtensorflow.')
    .version(version)
    .exitOverride()
  for (const command of [doctorCommand(), linkCommand()]) program.addCommand(command.exitOverride())
  program.addCommand(probeCommand(), { hidden: true })
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // commander has printed the error
    if (!AutoencoderError.isInstance(error)) throw error
    process.stderr.write(`${error.name}: ${error.message}\n`)
    return error.name === 'OptionError' ? 2 : 1
  }
}
