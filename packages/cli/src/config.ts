// The file of a run: all settings of `ae train` as JSON, by the names of its flags in camel case.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { OptionError } from '@ae/core'
import { show, suggest } from '@ae/core/internal'
import { checkText } from './read-settings.ts'
import { type Flag, type FlagType, type Settings, settingName } from './verb.ts'

/** Flags that are about one call of the command, and not about its run. */
const ofTheCall = ['config', 'resume', 'json', 'json-result', 'progress-every']

/** The flags that a file may set; `--out` too, which `ae train` leaves out of the files that it writes. */
export function configFlags(flags: readonly Flag[]): readonly Flag[] {
  return flags.filter(({ name }) => !ofTheCall.includes(name))
}

/** Where the data is: what a file says of it does not count if one of them is given as a flag. */
const sources = ['dataset', 'data', 'images', 'csv', 'parquet', 'npy'] as const

/** Members that a file may have besides settings. */
const others = ['$schema', 'versions']

/**
 * The settings of a file, checked as flags are. Paths in it are taken from its own folder.
 *
 * @throws {OptionError} when it cannot be read, is not JSON, names an unknown setting, or gives one a bad value
 */
export async function readConfig(path: string, flags: readonly Flag[]): Promise<Settings> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new OptionError('`ae train` cannot read the file of --config.', {
      facts: { File: path, Reason: cause.message },
      fix: 'pass the path of a file that is there, e.g. out/run.json of a former run',
      cause,
    })
  })
  const known = configFlags(flags)
  const settings: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(objectIn(path, text))) {
    if (others.includes(name) || value === null) continue
    const flag = known.find((flag) => settingName(flag.name) === name)
    if (flag === undefined) throw unknown(path, name, known)
    settings[name] = settingOf(path, flag, value)
  }
  return withPaths(settings, (place) =>
    isAbsolute(place) ? place : relative('', resolve(dirname(path), place)) || '.',
  )
}

/**
 * The content of the file of a run: every setting that has a value, and the versions of what ran.
 *
 * @param path where it will be; paths in it are relative to its folder, where they were relative
 * @param given what was read, with all defaults
 */
export function configText(path: string, given: Settings, flags: readonly Flag[], versions: object): string {
  const here = resolve(dirname(path))
  const settings = withPaths(given, (place) => (isAbsolute(place) ? place : relative(here, resolve(place)) || '.'))
  const isOwnData = sources.some((name) => name !== 'dataset' && given[name] !== undefined)
  const left = isOwnData ? ['out', 'dataset'] : ['out']
  const names = configFlags(flags).map(({ name }) => settingName(name))
  const entries = names.filter((name) => !left.includes(name)).map((name) => [name, settings[name]])
  return `${JSON.stringify({ ...Object.fromEntries(entries), versions }, null, 2)}\n`
}

/**
 * The settings of the command line over those of a file. Where a flag chooses other data or another model, what the file says
 * of its own does not count.
 *
 * @param settings of the command line, with defaults
 * @param given which of them were on it
 * @param isOfModel whether a setting belongs to the model that the file names
 */
export function merge(
  settings: Settings,
  given: ReadonlySet<string>,
  file: Settings,
  isOfModel: (name: string) => boolean,
): Settings {
  const kept = { ...file }
  if (sources.some((name) => given.has(name))) for (const name of sources) delete kept[name]
  const isOther = given.has('model') && file.model !== undefined && file.model !== settings.model
  if (isOther) for (const name of Object.keys(kept)) if (isOfModel(name)) delete kept[name]
  if (given.has('optimizer') && file.optimizer !== settings.optimizer) {
    delete kept.momentum
    delete kept.weightDecay
  }
  if (given.has('schedule') && file.schedule !== settings.schedule) {
    for (const name of ['warmup', 'finalLearningRate', 'rateDecay', 'rateDecayEvery']) delete kept[name]
  }
  const mine = Object.entries(settings).filter(([name]) => given.has(name) || !(name in kept))
  return { ...kept, ...Object.fromEntries(mine) }
}

function objectIn(path: string, text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new OptionError('`ae train` received a file as --config that is not JSON.', {
      facts: { File: path, Reason: cause instanceof Error ? cause.message : String(cause) },
      fix: 'write it as JSON: names and texts in double quotes, no comma after the last entry',
      cause,
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new OptionError('`ae train` received a file as --config that is not a JSON object.', {
    facts: { File: path, Received: show(value) },
    fix: 'write an object, e.g. { "model": "vae", "epochs": 20 }',
  })
}

function unknown(path: string, name: string, known: readonly Flag[]): OptionError {
  const names = known.map((flag) => settingName(flag.name))
  return new OptionError(`\`ae train\` received a file as --config with the unknown setting \`${name}\`.`, {
    facts: { At: `${path}: /${name}`, Expected: 'flags of `ae train` in camel case, e.g. batchSize for --batch-size' },
    fix: suggest(settingName(name.replaceAll('_', '-')), names),
  })
}

/** A value of JSON as the flag's. */
function settingOf(path: string, flag: Flag, value: unknown): unknown {
  if (flag.repeats && Array.isArray(value)) {
    return value.map((one, i) => checked(`${path}: /${settingName(flag.name)}/${i}`, flag, one))
  }
  const one = checked(`${path}: /${settingName(flag.name)}`, flag, value)
  return flag.repeats ? [one] : one
}

function checked(at: string, flag: Flag, value: unknown): unknown {
  const text = textOf(flag, value)
  const check = text === undefined ? { expected: jsonTypes[flag.type] } : checkText(flag, text)
  const isChosen = flag.choices === undefined || flag.choices.includes(String(value))
  if ('value' in check && isChosen) return check.value
  const bad = Array.isArray(value) ? value.findIndex((one) => 'expected' in checkText(flag, String(one))) : -1
  const expected = 'expected' in check ? check.expected : (flag.choices ?? []).join(', ')
  throw new OptionError(`\`ae train\` received a file as --config with a bad \`${settingName(flag.name)}\`.`, {
    facts: {
      At: bad < 0 ? at : `${at}/${bad}`,
      Expected: Array.isArray(value) ? jsonTypes[flag.type] : expected,
      Received: show(value),
    },
    fix: 'correct it in the file',
  })
}

const jsonTypes: Readonly<Record<FlagType, string>> = {
  flag: 'true or false',
  text: 'a text',
  count: 'a positive integer',
  counts: 'a list of positive integers, e.g. [400, 200]',
  integer: 'an integer',
  number: 'a number',
  shape: 'a list of positive integers, e.g. [28, 28, 1]',
  names: 'a list of texts',
}

/** A value as the text of a flag; undefined if it is of another type. */
function textOf({ type, words = [] }: Flag, value: unknown): string | undefined {
  if (type === 'flag') return typeof value === 'boolean' ? String(value) : undefined
  if (type === 'text') return typeof value === 'string' ? value : undefined
  if (type === 'counts' && Array.isArray(value) && value.length === 0) return 'none'
  const isList = type === 'shape' || type === 'names' || type === 'counts'
  if (isList) return Array.isArray(value) ? value.join(',') : undefined
  return typeof value === 'number' || words.includes(String(value)) ? String(value) : undefined
}

/** The settings with each path changed; a label is one where a file of that name is there. */
function withPaths(settings: Settings, change: (place: string) => string): Settings {
  const changed: Record<string, unknown> = { ...settings }
  const apply = (name: string) => {
    const place = changed[name]
    if (typeof place === 'string' && place !== '-' && !/^(?:https?|file):/i.test(place)) changed[name] = change(place)
  }
  for (const name of sources) if (name !== 'dataset') apply(name)
  if (typeof changed.out === 'string') apply('out')
  const { labels } = settings
  if (typeof labels === 'string' && (existsSync(labels) || existsSync(change(labels)))) apply('labels')
  return changed
}

/** Where a run's own file is in its folder. */
export function configIn(folder: string): string {
  return join(folder, 'run.json')
}
