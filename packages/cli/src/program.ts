// The parser of the command line, made from the table of verbs.
import { Argument, Command, Option } from 'commander'
import { version } from '../package.json'
import { programHelp, verbHelp } from './help-text.ts'
import { widthOf } from './in-columns.ts'
import { readFlag } from './read-settings.ts'
import { type ExitCode, type Flag, type Io, settingName, type Verb } from './verb.ts'
import { flagSyntax, flagsOf } from './verb-flags.ts'
import { probe } from './verbs/probe.ts'
import { verbs } from './verbs.ts'

/**
 * Parses the words and runs the verb that they name.
 *
 * @throws {CommanderError} when they are wrong, or after help; it is written already
 */
export async function programOf(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = new Command('ae').version(version).helpCommand(false)
  program.configureHelp({ formatHelp: () => programHelp(verbs, widthOf(io.stdout)) })
  const [first, second] = args
  const isVerb = (word: string | undefined) => verbs.some(({ name }) => name === word)
  // `ae help VERB` is `ae VERB --help`, so that a misspelt verb is refused in the same way.
  const words =
    first !== 'help' ? args : second === undefined ? ['--help'] : isVerb(second) ? [second, '--help'] : [second]
  for (const verb of [...verbs, probe]) {
    const command = new Command(verb.name).description(verb.summary)
    if (verb.name === words[0]) {
      await describe(command, verb)
      const known = { ...verb, flags: await flagsOf(verb) }
      command.configureHelp({ formatHelp: () => verbHelp(known, widthOf(io.stdout)) })
      const operands = verb.arguments ?? []
      command.action(async (...words: unknown[]) => {
        const flags = await flagsOf(verb)
        const settings: Record<string, unknown> = {}
        const given = new Set<string>()
        for (const flag of flags) {
          const name = settingName(flag.name)
          settings[name] = await readFlag(verb, flag, command.getOptionValue(name))
          if (command.getOptionValueSource(name) === 'cli') given.add(name)
        }
        for (const [index, { name }] of operands.entries()) {
          const setting = settingName(name)
          const word = words[index]
          if (word === undefined || (Array.isArray(word) && word.length === 0)) continue
          if (given.has(setting)) command.error(`error: both an argument and --${name} say '${name}'`)
          settings[setting] = word
          given.add(setting)
        }
        const { run } = await verb.load()
        code = await run(settings, io, given)
      })
    }
    program.addCommand(command)
  }
  for (const command of [program, ...program.commands]) adapt(command, io)
  await program.parseAsync(words, { from: 'user' })
  return code
}

async function describe(command: Command, verb: Verb): Promise<void> {
  for (const { name, help, isOptional, repeats, choices } of verb.arguments ?? []) {
    const shown = repeats ? `${name}...` : name
    const argument = new Argument(isOptional ? `[${shown}]` : `<${shown}>`, help)
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]))
  }
  for (const flag of await flagsOf(verb)) command.addOption(optionOf(flag))
}

function optionOf(flag: Flag): Option {
  const { help, type, choices, repeats, default: value = type === 'flag' ? false : undefined } = flag
  const option = new Option(flagSyntax(flag), help)
  if (choices !== undefined) option.choices([...choices])
  if (repeats) {
    const take = option.parseArg
    option.argParser((text, former: unknown) => {
      const one = take === undefined ? text : take(text, undefined)
      return Array.isArray(former) ? [...former, one] : [one]
    })
  }
  if (value !== undefined) option.default(typeof value === 'boolean' ? value : String(value))
  return option
}

/** Makes a command write to `io`, and throw instead of ending the process. */
function adapt(command: Command, io: Io): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
}
