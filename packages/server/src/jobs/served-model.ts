// A model that is there, with what the server knows of it.
import { type Autoencoder, type Notes, notesOf, type Trainable } from '@ae/core'
import { assertMembers, positiveInteger, shapeOption } from '@ae/core/internal'
import type { TabularTransform } from '@ae/datasets'
import type { ConditionalVae, RawDecoder, Sampler, VariationalAutoencoder } from '@ae/models'
import type { ModelCard, Operation } from './job.ts'

/**
 * A model that can be served: every one of `@ae/models`, and your own that can encode and decode. What else it can do is asked of
 * it: `sample` needs a prior, `score` a likelihood.
 */
export type ServableModel = PlainModel | ConditionalVae

/** A model that takes no labels, with what it may do besides encoding and decoding. */
export type PlainModel = Autoencoder &
  Partial<RawDecoder> &
  Partial<Sampler> &
  Partial<Pick<Trainable, 'kind' | 'variables'>>

/** A model with its card. */
export interface ServedModel {
  readonly card: ModelCard
  /** The model, if it takes no labels. */
  readonly plain: (PlainModel & Partial<Pick<VariationalAutoencoder, 'posterior'>>) | undefined
  /** The model, if it does. */
  readonly conditional: ConditionalVae | undefined
  /** What draws new examples, if not the model. */
  readonly sampler: Sampler | undefined
  /** Between examples and the rows of a table. */
  readonly transform: TabularTransform | undefined
}

/** What is served under one name, besides the model. */
export interface Companions {
  /** Draws new examples for a model without a prior, e.g. what `gaussianSampler` gives. Defaults to none. */
  readonly sampler?: Sampler | undefined
}

/**
 * Looks a model over.
 *
 * @param functionName for the message
 * @param name in addresses
 * @param model borrowed
 * @throws {OptionError} when it is not a model
 * @throws {WeightsError} when its notes are malformed
 */
export async function servedModel(
  functionName: string,
  name: string,
  model: ServableModel,
  { sampler }: Companions = {},
): Promise<ServedModel> {
  assertServable(functionName, model)
  const conditional = 'forLabel' in model ? model : undefined
  const plain = 'forLabel' in model ? undefined : model
  const {
    classNames,
    transform: config,
    threshold,
  }: Notes = model.variables !== undefined && Object.keys(model.variables).length > 0
    ? notesOf({ variables: model.variables })
    : {}
  const transform = config === undefined ? undefined : (await import('@ae/datasets')).tabularTransformFromConfig(config)
  const canSample = sampler !== undefined || typeof model.sample === 'function'
  const canScore = typeof plain?.output === 'function' && plain.likelihood !== undefined
  const refusals = {
    ...(canSample ? {} : { sample: 'it has no prior to draw codes from; serve it with a sampler' }),
    ...(canScore ? {} : { score: conditional ? 'it needs labels' : 'it has no likelihood' }),
  }
  const possible = (operation: Operation) => !(operation in refusals)
  return {
    plain,
    conditional,
    sampler,
    transform,
    card: {
      name,
      kind: model.kind,
      inputShape: model.inputShape,
      codeSize: model.codeSize,
      operations: (['sample', 'encode', 'decode', 'reconstruct', 'score'] as const).filter(possible),
      refusals,
      classes: conditional?.classes,
      classNames: conditional === undefined ? undefined : classNames,
      columns: transform?.kinds,
      threshold,
    },
  }
}

/** @throws {OptionError} when it is not a model */
export function assertServable(functionName: string, model: unknown): void {
  assertMembers(functionName, 'models', model, {
    expected: 'a model, or models by name',
    members: {
      inputShape: shapeOption,
      codeSize: positiveInteger,
      encode: 'function',
      decode: 'function',
      reconstruct: 'function',
    },
    fix: 'pass a model, e.g. await load("model.safetensors", vae), or { digits: model }',
  })
}
