// The parser of the command line, made from the table of verbs.
import { Argument, Command, Option } from 'commander'
import { version } from '../package.json'
import { readFlag } from './read-settings.ts'
import { type ExitCode, type Flag, groups, type Io, settingName, type Verb } from './verb.ts'
import { verbs } from './verbs.ts'

/**
 * Parses the words and runs the verb that they name.
 *
 * @throws {CommanderError} when they are wrong, or after help; it is written already
 */
export async function programOf(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = new Command('ae')
    .description('Autoencoders and VAEs: train one, draw its pictures, say what a file holds.')
    .version(version)
  const named = args[0] === 'help' ? args[1] : args[0]
  for (const verb of verbs) {
    const command = new Command(verb.name).description(verb.summary)
    if (verb.name === named) {
      await describe(command, verb)
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
  await program.parseAsync(args, { from: 'user' })
  return code
}

/** The flags of a verb. */
export async function flagsOf({ flags }: Verb): Promise<readonly Flag[]> {
  return typeof flags === 'function' ? flags() : flags
}

async function describe(command: Command, verb: Verb): Promise<void> {
  for (const { name, help, isOptional, repeats, choices } of verb.arguments ?? []) {
    const shown = repeats ? `${name}...` : name
    const argument = new Argument(isOptional ? `[${shown}]` : `<${shown}>`, help)
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]))
  }
  const rank = (flag: Flag) => (flag.group === undefined ? Infinity : Object.keys(groups).indexOf(flag.group))
  const flags = [...(await flagsOf(verb))].sort((a, b) => rank(a) - rank(b))
  const isGrouped = flags.some(({ group }) => group !== undefined)
  for (const flag of flags) command.addOption(optionOf(flag, isGrouped))
  const examples = verb.examples.map(({ command: text, what }) => `  # ${what}\n  ${text}`)
  const parts = [verb.details ?? '', examples.length === 0 ? '' : `Examples:\n${examples.join('\n')}`]
  const text = parts.filter((part) => part !== '').join('\n\n')
  if (text !== '') command.addHelpText('after', `\n${text}`)
}

function optionOf(
  { name, type, short, value = `<${name}>`, help, group, choices, repeats, ...flag }: Flag,
  isGrouped: boolean,
): Option {
  const dashes = `${short === undefined ? '' : `-${short}, `}--${name}`
  const option = new Option(type === 'flag' ? dashes : `${dashes} ${value}`, help)
  if (choices !== undefined) option.choices([...choices])
  if (repeats) {
    const take = option.parseArg
    option.argParser((text, former: unknown) => {
      const one = take === undefined ? text : take(text, undefined)
      return Array.isArray(former) ? [...former, one] : [one]
    })
  }
  if (type === 'flag') option.default(flag.default ?? false)
  else if (flag.default !== undefined) option.default(String(flag.default))
  if (isGrouped && group !== undefined) option.helpGroup(`${groups[group]}:`)
  return option
}

/** Makes a command write to `io`, and throw instead of ending the process. */
function adapt(command: Command, io: Io): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    getOutHelpWidth: () => (io.stdout.isTTY ? (io.stdout.columns ?? 80) : 80),
    getErrHelpWidth: () => (io.stderr.isTTY ? (io.stderr.columns ?? 80) : 80),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
}
