// A model from settings, by the row of its model in the catalogue: what the command `ae train` does too.
import { type Json, OptionError } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import { createFromJson, type ModelRow, models, optionsOf } from '@ae/models/internal'
import type { OpenedModel } from './opened-model.ts'
import type { ModelName, Settings } from './settings.ts'

/** The facts of the data that a model depends on. */
export type DataFacts = Pick<IndexedDataset, 'shape' | 'size' | 'labels'> & {
  /** Of a table: what its columns are. */
  readonly likelihood?: Json
}

/** The row of a model in the catalogue. */
function rowOf(name: ModelName): ModelRow {
  const row = models.find((row) => row.name === name)
  if (row === undefined) throw new OptionError(`There is no model \`${name}\`.`)
  return row
}

/** The name of the option that `latentSize` stands for. */
export function codeOption(name: ModelName): 'codeSize' | 'latentSize' | 'embeddingSize' {
  const options = optionsOf({ name }).map(({ name }) => name)
  return (['latentSize', 'embeddingSize'] as const).find((option) => options.includes(option)) ?? 'codeSize'
}

/** How many labels there are: one more than the largest. */
export function classesOf(labels: ArrayLike<number> | undefined): number {
  let largest = -1
  for (let i = 0; i < (labels?.length ?? 0); i++) largest = Math.max(largest, labels?.[i] ?? 0)
  return largest + 1
}

/** The options of a model, as JSON. */
function modelOptionsOf(settings: Settings, data: DataFacts): Readonly<Record<string, Json>> {
  const { model, architecture, hidden, latentSize, seed, options } = settings
  const known = optionsOf({ name: model })
  const takes = (name: string) => known.some((option) => option.name === name)
  const { activation, ...others } = options
  const given = activation === undefined ? {} : { activation }
  return {
    inputShape: data.shape,
    [codeOption(model)]: latentSize,
    ...(takes('classes') && { classes: Math.max(1, classesOf(data.labels)) }),
    ...(takes('exampleCount') && { exampleCount: data.size }),
    ...(architecture === 'dense'
      ? { hidden, ...given }
      : { architecture: { kind: 'convolutional', channels: hidden, ...given } }),
    ...(data.likelihood !== undefined && { likelihood: data.likelihood }),
    ...others,
    seed,
  }
}

/**
 * @returns owned by the caller
 * @throws {OptionError} when the library refuses an option
 */
export async function createModel(settings: Settings, data: DataFacts): Promise<OpenedModel> {
  return createFromJson(rowOf(settings.model), modelOptionsOf(settings, data))
}
