// The settings of `ae train`: what the command line says, checked.
import {
  assertOption,
  flagOption,
  nonNegativeInteger,
  type OptionCheck,
  oneOf,
  positiveInteger,
  positiveNumber,
  seedOption,
  shapeOption,
} from '@ae/core/internal'
import { backends } from './backends.ts'
import { type DatasetName, datasets } from './data.ts'
import { defaultNetwork, modelChoices } from './model-choices.ts'
import { type Network, networks } from './subject.ts'

/** The options of `ae train`, with their defaults. */
export interface TrainSettings {
  readonly model: string
  readonly network: Network
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly seed: number
  readonly limit: number | undefined
  readonly dataset: DatasetName
  readonly data: string | undefined
  readonly examples: string | undefined
  readonly labels: string | undefined
  readonly missing: string | undefined
  readonly shape: readonly number[] | undefined
  readonly out: string
  readonly backend: string
  readonly json: boolean
}

const checks: Readonly<Record<string, OptionCheck>> = {
  model: oneOf(...Object.keys(modelChoices)),
  network: oneOf(...networks),
  dataset: oneOf(...Object.keys(datasets)),
  epochs: nonNegativeInteger,
  batchSize: positiveInteger,
  learningRate: positiveNumber,
  seed: seedOption,
  limit: positiveInteger,
  data: text,
  examples: name,
  labels: name,
  missing: name,
  shape: shapeOption,
  out: text,
  backend: oneOf(...Object.keys(backends)),
  json: flagOption,
}

/** @throws {OptionError} when a value is not one that its flag takes */
export function settingsOf(raw: Readonly<Record<string, unknown>>): TrainSettings {
  const settings: Record<string, unknown> = { ...raw }
  for (const name of ['epochs', 'batchSize', 'learningRate', 'seed', 'limit']) {
    const value = raw[name]
    if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
      settings[name] = Number(value)
  }
  if (typeof raw.shape === 'string') settings.shape = raw.shape.split(',').map(Number)
  for (const [name, check] of Object.entries(checks)) {
    if (settings[name] !== undefined) assertOption('ae train', flagOf(name), settings[name], check)
  }
  return { network: defaultNetwork(String(settings.model)), ...settings } as unknown as TrainSettings
}

/** `--batch-size` for `batchSize`, as commander names options. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function name(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'a name, a path or a text'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'a path'
}
