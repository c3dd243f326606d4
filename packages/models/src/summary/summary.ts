// What a model is, at a glance: its kind, its layers with their output shapes and parameters, its notes.
import { type Json, type Notes, notesOf, type SavableModel, sizeOfShape } from '@ae/core'
import { assertMembers, configOption, lackOf, savedVariables, trainedSteps, variablesOption } from '@ae/core/internal'
import { layersOf, shapeOptions, type TensorShape } from './layer-table.ts'
import { textOf } from './summary-text.ts'
import type { ModelSummary } from './summary-types.ts'

/**
 * Summarises a live model; `inspect` does it for a file.
 *
 * @param model borrowed
 * @returns plain values; there is no tensor to dispose of
 * @throws {OptionError} when `model` is not a model
 * @throws {WeightsError} when its notes are malformed
 * @example
 * ```ts
 * console.log(String(summary(model)))
 * ```
 */
export function summary(model: SavableModel): ModelSummary {
  assertMembers('summary', 'model', model, {
    expected: 'a model',
    members: { kind: 'string', config: 'object', variables: variablesOption },
    fix: 'pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
  const { kind, config } = model
  const variables = Object.entries(savedVariables(model))
  const tensors = variables.map(([name, { shape, dtype }]) => ({ name, shape, dtype: dtypes[dtype] ?? dtype }))
  const likelihood =
    lackOf(model.likelihood, { config: configOption }) === undefined ? model.likelihood.config.kind : undefined
  const notes = variables.length === 0 ? {} : notesOf(model)
  return printed(describe({ kind, config, tensors, likelihood, trainedSteps: trainedSteps(model), notes }))
}

/** What a summary is made of. */
export interface Described {
  readonly kind: string
  readonly config: Readonly<Record<string, Json | undefined>>
  /** Those of the model, without those of an optimiser. */
  readonly tensors: readonly TensorShape[]
  readonly likelihood: string | undefined
  readonly trainedSteps: number
  readonly notes: Notes
}

/** The members of a summary. */
export function describe({ kind, config, tensors, ...others }: Described): Omit<ModelSummary, 'toString'> {
  const { wraps, options } = innermost(config)
  const shapes = shapeOptions(options)
  const layers = layersOf(tensors, shapes)
  const dtypes: Record<string, number> = {}
  for (const { dtype, shape } of tensors) dtypes[dtype] = (dtypes[dtype] ?? 0) + sizeOfShape(shape)
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0)
  return { kind, wraps, inputShape: shapes.inputShape, layers, parameters, dtypes, ...others }
}

/** A summary that prints as a table. `toString` is not enumerable, so that copies and JSON hold plain values. */
export function printed<members extends Omit<ModelSummary, 'toString'>>(
  members: members,
): members & Pick<ModelSummary, 'toString'> {
  return Object.defineProperty(members, 'toString', { value: () => textOf(members) })
}

/** The options of the innermost model: a denoising autoencoder has those of the model that it wraps as `model`. */
function innermost(config: Described['config']): {
  readonly wraps: string | undefined
  readonly options: Described['config']
} {
  let wraps: string | undefined
  let options = config
  for (let depth = 0; depth < 8; depth++) {
    const inner = options.model as Record<string, Json> | null | undefined
    if (typeof inner !== 'object' || inner === null || typeof inner.config !== 'object' || inner.config === null) break
    wraps = String(inner.kind)
    options = inner.config as Described['config']
  }
  return { wraps, options }
}

/** tfjs's types as files call them. */
const dtypes: Readonly<Record<string, string>> = { float32: 'F32', int32: 'I32', bool: 'U8' }
