// The settings of `ae train`: what the command line and the file of a run say, with all defaults.
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OptionError } from '@ae/core'
import { models, optionsOf } from '@ae/models/internal'
import { hasCheckpoints, type RunFolder, runFolder } from './checkpoints.ts'
import { configIn, merge, readConfig } from './config.ts'
import type { DatasetName } from './data.ts'
import { defaultNetwork } from './model-choices.ts'
import { allOptionFlags, optionFlags, optionsFromFlags } from './model-flags.ts'
import { completeObjective, type ObjectiveSettings, objectiveFlags, objectiveSettings } from './objective-flags.ts'
import { completeOptimizer, type OptimizerSettings } from './optimizer-of.ts'
import type { Network } from './subject.ts'
import type { LogName } from './training-flags.ts'
import { type Flag, type Settings, settingName } from './verb.ts'

/** The options of `ae train`, with their defaults; those of the model by the names of their flags, too. */
export interface TrainSettings extends OptimizerSettings, ObjectiveSettings {
  readonly model: string
  readonly network: Network
  readonly epochs: number
  readonly batchSize: number
  readonly seed: number
  readonly limit: number | undefined
  readonly dataset: DatasetName
  readonly data: string | undefined
  readonly images: string | undefined
  readonly csv: string | undefined
  readonly parquet: string | undefined
  readonly npy: string | undefined
  readonly split: 'train' | 'test' | 'all' | undefined
  readonly examples: string | undefined
  readonly labels: string | undefined
  readonly targetColumn: string | undefined
  readonly missing: string | undefined
  readonly shape: readonly number[] | undefined
  /** A share as text, or none. */
  readonly validation: string
  readonly earlyStop: number | undefined
  readonly keepBest: boolean
  /** An interval as text. */
  readonly checkpointEvery: string | undefined
  readonly keep: number
  readonly log: readonly LogName[] | undefined
  readonly out: string
  readonly backend: string
  readonly json: boolean
  readonly jsonResult: boolean
  readonly progressEvery: number | undefined
  readonly [option: string]: unknown
}

/** What a run starts from. */
export interface Plan {
  readonly settings: TrainSettings
  /** Its files. */
  readonly folder: RunFolder
  /** Whether it goes on from checkpoints. */
  readonly isResumed: boolean
}

/**
 * The settings of the file that `--config` or `--resume` names and those of the command line over them, checked and complete.
 *
 * @param raw of the command line, with defaults
 * @param given which of them were on it
 * @param flags of the verb
 * @throws {OptionError} on a bad file, on flags that the model, its optimizer or its schedule does not take, and if there is
 *   nothing to go on from
 */
export async function planOf(raw: Settings, given: ReadonlySet<string>, flags: readonly Flag[]): Promise<Plan> {
  const { resume } = raw
  if (typeof resume === 'string' && given.has('out') && resolve(resume) !== resolve(String(raw.out))) {
    throw new OptionError('`ae train` goes on in the folder of --resume, and received another one as --out.', {
      facts: { '--resume': resume, '--out': String(raw.out) },
      fix: 'leave out --out',
    })
  }
  const config = raw.config === undefined ? {} : await readConfig(String(raw.config), flags)
  const out = given.has('out') ? raw.out : typeof resume === 'string' ? resume : (config.out ?? raw.out)
  const folder = runFolder(String(out))
  const isThere = resume !== undefined && (await hasCheckpoints(folder))
  const former = isThere ? await formerSettings(folder, flags) : {}
  const isOfModel = modelSettings()
  const settings = { ...merge(raw, given, { ...former, ...config }, (name) => isOfModel.has(name)), out }
  const complete = completeSettings(settings)
  if (resume !== undefined && !isThere && (typeof resume === 'string' || complete.checkpointEvery === undefined)) {
    throw new OptionError('`ae train` found no checkpoint to go on from.', {
      facts: { Folder: folder.checkpoints },
      fix: 'pass the --out folder of a run that had --checkpoint-every, or leave out --resume',
    })
  }
  return { settings: complete, folder, isResumed: isThere }
}

/** The settings that a run in a folder had. */
async function formerSettings({ config, out }: RunFolder, flags: readonly Flag[]): Promise<Settings> {
  for (const path of [config, configIn(out)]) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) return readConfig(path, flags)
  }
  return {}
}

/** The names of all settings that belong to a model. */
function modelSettings(): ReadonlySet<string> {
  return new Set([...allOptionFlags(), ...objectiveFlags].map(({ name }) => settingName(name)))
}

/** @throws {OptionError} on flags that do not go together */
function completeSettings(settings: Settings): TrainSettings {
  const given = settings as unknown as TrainSettings
  optionsOfModel(given) // checks them
  return withModel(completeObjective(completeOptimizer(given, given.epochs)))
}

/**
 * The options of the model as JSON, as its flags give them.
 *
 * @throws {OptionError} when one is not the model's
 */
export function optionsOfModel(settings: TrainSettings): ReturnType<typeof optionsFromFlags> {
  const row = rowOf(settings.model)
  const ofObjective = objectiveSettings(settings.model)
  const others = objectiveFlags.map(({ name }) => settingName(name)).filter((name) => !ofObjective.includes(name))
  const isOwn = (name: string) => optionFlags(row).some(({ flag }) => settingName(flag.name) === name)
  const foreign = others.find((name) => settings[name] !== undefined && !isOwn(name))
  if (foreign !== undefined) {
    const { name } = objectiveFlags.find((flag) => settingName(flag.name) === foreign) as Flag
    throw new OptionError(`\`ae train\` takes no --${name} with --model ${row.name}.`, {
      facts: { 'Goes with': '--model vae or conditional-vae' },
      fix: `leave out --${name}, or pass one of these models`,
    })
  }
  const ofModel = Object.entries(settings).filter(([name]) => !ofObjective.includes(name))
  return optionsFromFlags(row, Object.fromEntries(ofModel))
}

/** The settings with the options that the model has by itself, and those that the command gives it; not its likelihood, which a table decides. */
function withModel(settings: TrainSettings): TrainSettings {
  const row = rowOf(settings.model)
  const network = settings.network ?? defaultNetwork(settings.model)
  const { options, hidden, channels = [32, 64] } = row.command
  const own: Record<string, unknown> = {
    ...options({ exampleCount: 1, classes: 1, network }),
    ...(network === 'dense' ? { hidden } : { channels }),
  }
  const complete: Record<string, unknown> = { ...settings, network }
  for (const option of optionsOf(row)) {
    const flags = optionFlags(row).filter(({ path }) => path[0] === option.name)
    const set = (value: unknown, inner?: string) => {
      const flag = flags.find(({ path }) => path[1] === inner)?.flag
      if (flag === undefined || value === undefined) return undefined
      const name = settingName(flag.name)
      complete[name] ??= value
      return complete[name]
    }
    if (option.kinds === undefined) set(own[option.name] ?? option.default)
    else if (option.name !== 'likelihood') {
      const kind = String(set(option.name === 'architecture' ? network : option.otherwise?.split(' ')[0]))
      for (const inner of option.kinds[kind]?.options ?? []) set(own[inner.name] ?? inner.default, inner.name)
    }
  }
  return complete as unknown as TrainSettings
}

/** The row of a model in the catalogue. */
function rowOf(model: string) {
  const row = models.find(({ name }) => name === model)
  if (row === undefined) throw new Error(`${model} was let through`)
  return row
}
