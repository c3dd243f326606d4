// The options of models as flags: `--codebook-size` for `codebookSize`, `--likelihood gaussian --likelihood-standard-deviation
// shared` for an option that is an object. Made from the table of options of @ae/models, so that none is forgotten.
import { type Json, OptionError } from '@ae/core'
import { type ModelOption, type ModelRow, models, optionsOf } from '@ae/models/internal'
import { type Flag, type FlagType, flagName, type Settings, settingName } from './verb.ts'

/** A flag, and the option that it sets. */
export interface OptionFlag {
  /** As the command takes it, without a default: each model has its own. */
  readonly flag: Flag
  /** What is known of the option. */
  readonly option: ModelOption
  /** Where it is: `['codeSize']`, or `['likelihood', 'levels']`. */
  readonly path: readonly string[]
  /** The kinds of the object that have it, where it is inside one. */
  readonly kinds?: readonly string[]
}

const types: Readonly<Record<ModelOption['type'], FlagType>> = {
  count: 'count',
  counts: 'counts',
  integer: 'integer',
  number: 'number',
  choice: 'text',
  activation: 'text',
  kind: 'text',
}

/** `codebook-size` for `codebookSize`. */

/** The flags of one model. The command has a `--seed` of its own, and knows what the data decide. */
export function optionFlags(row: Pick<ModelRow, 'name'>): readonly OptionFlag[] {
  const options = optionsOf(row).filter(({ name, isFromData }) => !isFromData && name !== 'seed')
  const flags = options.flatMap((option) => [
    {
      flag: flagOf(option.name === 'architecture' ? 'network' : flagName(option.name), option),
      option,
      path: [option.name],
    },
    ...innerFlags(option),
  ])
  // `hidden` and `activation` are options of the architecture too, and there for every kind.
  return flags.filter(
    ({ flag, path }) =>
      path.length > 1 || !flags.some((other) => other.path.length > 1 && other.flag.name === flag.name),
  )
}

/** The options of all kinds of an object, each once. */
function innerFlags({ name: outer, kinds = {} }: ModelOption): readonly OptionFlag[] {
  const byName = new Map<string, OptionFlag>()
  for (const [kind, { options }] of Object.entries(kinds)) {
    for (const option of options) {
      const name = flagName(option.name)
      const flag = flagOf(outer === 'architecture' ? name : `${flagName(outer)}-${name}`, option)
      const former = byName.get(name)
      byName.set(name, { flag, option, path: [outer, option.name], ...former, kinds: [...(former?.kinds ?? []), kind] })
    }
  }
  return [...byName.values()]
}

function flagOf(name: string, { type, meaning, choices, kinds, minimum, above, maximum, below }: ModelOption): Flag {
  const words = kinds === undefined ? choices : Object.keys(kinds)
  return {
    name,
    type: types[type],
    value: type === 'counts' ? '<counts>' : type === 'count' ? '<count>' : type === 'number' ? '<number>' : '<name>',
    help: meaning,
    group: 'model',
    ...(words === undefined ? {} : type === 'number' || type === 'activation' ? { words } : { choices: words }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(above === undefined ? {} : { above }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(below === undefined ? {} : { below }),
  }
}

/** The flags of all models, each once; the help of those that only some models have says which. */
export function allOptionFlags(): readonly Flag[] {
  const byName = new Map<string, { flag: Flag; models: string[] }>()
  for (const row of models) {
    for (const { flag } of optionFlags(row)) {
      const entry = byName.get(flag.name) ?? { flag, models: [] }
      byName.set(flag.name, { ...entry, models: [...entry.models, row.name] })
    }
  }
  return [...byName.values()].map(({ flag, models: names }) =>
    names.length > models.length / 2 ? flag : { ...flag, help: `${flag.help}; of ${names.join(', ')}` },
  )
}

/**
 * The options that the flags of the command line set, as JSON: see `createFromJson` of @ae/models.
 *
 * @param row the model
 * @param settings the values of the flags, by their names in camel case; undefined where a flag was not given
 * @throws {OptionError} when a flag was given that the model, or the kind that was chosen, does not have
 */
export function optionsFromFlags(
  row: Pick<ModelRow, 'name' | 'command'>,
  settings: Settings,
): Readonly<Record<string, Json>> {
  const own = optionFlags(row)
  const given = ({ flag }: Pick<OptionFlag, 'flag'>) => settings[settingName(flag.name)] as Json | undefined
  for (const flag of allOptionFlags()) {
    if (given({ flag }) !== undefined && !own.some((other) => other.flag.name === flag.name))
      throw notOf(row, flag, own)
  }
  const options: Record<string, Json> = {}
  for (const entry of own) {
    const value = given(entry)
    if (value === undefined) continue
    const [outer = '', inner] = entry.path
    if (inner !== undefined) {
      const holder = own.find(({ path }) => path.length === 1 && path[0] === outer) as OptionFlag
      const usual = outer === 'architecture' ? row.command.network : undefined
      const kind = String(given(holder) ?? usual ?? holder.option.otherwise?.split(' ')[0])
      if (!entry.kinds?.includes(kind)) throw notOfKind(entry, holder, kind)
      options[outer] = { ...(options[outer] as object | undefined), kind, [inner]: value }
    } else options[outer] = entry.option.type === 'kind' ? { kind: value } : value
  }
  return options
}

function notOf({ name }: Pick<ModelRow, 'name'>, flag: Flag, own: readonly OptionFlag[]): OptionError {
  const isSame = (other: OptionFlag) => other.flag.name === flag.name
  const takers = models.filter((row) => optionFlags(row).some(isSame)).map((row) => row.name)
  return new OptionError(`\`ae train\` takes no --${flag.name} with --model ${name}.`, {
    facts: {
      'Goes with': `--model ${takers.join(' or ')}`,
      Expected: own.map(({ flag }) => `--${flag.name}`).join(', '),
    },
    fix: `leave out --${flag.name}; \`ae models ${name}\` explains the flags of this model`,
  })
}

function notOfKind({ flag, kinds = [] }: OptionFlag, holder: OptionFlag, kind: string): OptionError {
  return new OptionError(`\`ae train\` takes no --${flag.name} with --${holder.flag.name} ${kind}.`, {
    facts: { Expected: `--${flag.name} with --${holder.flag.name} ${kinds.join(' or ')}` },
    fix: `leave out --${flag.name}, or pass --${holder.flag.name} ${kinds[0]}`,
  })
}
