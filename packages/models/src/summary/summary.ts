// What a model is, at a glance: its kind, its layers with their output shapes and parameters, its notes.
import { type Json, type Notes, notesOf, type SavableModel, type Shape, sizeOfShape } from '@ae/core'
import {
  assertMembers,
  likelihoodOption,
  savedVariables,
  shapeOption,
  trainedSteps,
  variablesOption,
} from '@ae/core/internal'
import { innermost, type Kinded, layersOf, type TensorShape } from './layer-table.ts'
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
  const likelihood = likelihoodOption(model.likelihood) === undefined ? model.likelihood : undefined
  const variables = Object.entries(savedVariables(model))
  const tensors = variables.map(([name, { shape, dtype }]) => ({ name, shape, dtype: dtypes[dtype] ?? dtype }))
  const notes = variables.length === 0 ? {} : notesOf(model)
  return printed(describe({ kind, config, tensors, likelihood, trainedSteps: trainedSteps(model), notes }))
}

/** What a summary is made of. */
export interface Described extends Kinded {
  /** Those of the model, without those of an optimiser. */
  readonly tensors: readonly TensorShape[]
  readonly trainedSteps: number
  readonly notes: Notes
}

/** The members of a summary. */
export function describe({ tensors, trainedSteps, notes, ...model }: Described): Omit<ModelSummary, 'toString'> {
  const options = innermost(model.config)
  const layers = layersOf(model, tensors)
  const counts: Record<string, number> = {}
  for (const { dtype, shape } of tensors) counts[dtype] = (counts[dtype] ?? 0) + sizeOfShape(shape)
  return {
    kind: model.kind,
    wraps: kindIn(model.config.model),
    inputShape: shapeOption(options.inputShape) === undefined ? (options.inputShape as Shape) : undefined,
    likelihood: model.likelihood?.kind ?? kindIn(options.likelihood),
    layers,
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
    dtypes: counts,
    trainedSteps,
    notes,
  }
}

/** The kind that a part of a model's options names. */
function kindIn(part: Json | undefined): string | undefined {
  const { kind } = (part ?? {}) as { readonly kind?: unknown }
  return typeof kind === 'string' ? kind : undefined
}

/** A summary that prints as a table. `toString` is not enumerable, so that copies and JSON hold plain values. */
export function printed<members extends Omit<ModelSummary, 'toString'>>(
  members: members,
): members & Pick<ModelSummary, 'toString'> {
  return Object.defineProperty(members, 'toString', { value: () => textOf(members) })
}

/** tfjs's types as files call them. */
const dtypes: Readonly<Record<string, string>> = { float32: 'F32', int32: 'I32', bool: 'U8' }
