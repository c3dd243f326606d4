// The settings of `ae train`: what the command line says.
import type { DatasetName } from './data.ts'
import { defaultNetwork } from './model-choices.ts'
import type { Network } from './subject.ts'
import type { Settings } from './verb.ts'

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

/** The settings that the flags of `ae train` give, which have been checked; with the network that suits the model. */
export function settingsOf(settings: Settings): TrainSettings {
  return {
    ...settings,
    network: settings.network ?? defaultNetwork(String(settings.model)),
  } as unknown as TrainSettings
}
