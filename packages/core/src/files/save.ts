// Saving a model to a store and loading it back.
import { assertMembers } from '../checks/arguments.ts'
import { configOption, lackOf, modelKindsOption, variablesOption } from '../checks/members.ts'
import { assertOptions, type OptionCheck, oneOf, optional, stringOption } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import { AutoencoderError, BackendUnavailableError, OptionError, WeightsError } from '../errors.ts'
import type { Json } from '../json.ts'
import { readStore } from '../stores/read-store.ts'
import type { Store } from '../stores/store.ts'
import { storeOf } from '../stores/store-of.ts'
import { fillWeights } from './fill-weights.ts'
import { encodeModelFile, type ModelFile, type ModelFileExtra, readModelFile, type SavableModel } from './model-file.ts'
import type { ReadingContext } from './safetensors-header.ts'
import { withStored } from './stored-shapes.ts'

/** A kind of model that `load` can restore. Every model factory, such as `vae`, is one. */
export interface ModelKind<model extends SavableModel = SavableModel> {
  /** The name of the kind in saved files, e.g. `vae`. */
  readonly kind: string
  /**
   * Loads code that only this file needs; `load` calls it for each of its kinds before `fromConfig` of one. Defaults to nothing.
   *
   * @param config the `config` in the file, of a model of any kind
   */
  prepare?(config: Readonly<Record<string, Json | undefined>>): Promise<void>
  /**
   * Makes a model from its saved options; `load` then sets all of its weights, so that it need not draw any.
   *
   * @param config the model's former `config`; it comes from a file, so check it like any options, and call
   *   {@link assertStored} before making a variable whose size it decides, as the factories of `@ae/models` do
   * @param kinds every kind that was passed to `load`: a model that wraps another finds the kind of that one here
   * @returns owned by the caller
   * @throws {OptionError} when an option is missing, unknown or out of its range
   */
  fromConfig(config: Readonly<Record<string, Json | undefined>>, kinds: readonly ModelKind[]): model
}

/** Options of {@link save}. */
export interface SaveOptions {
  /** What the model was trained on, e.g. `digits.name`: a note in the file that nothing depends on. */
  readonly dataset?: string | undefined
  /**
   * The type of the weights in the file; `load` gives a model of float32 whatever it is. `float16` and `bfloat16` take half the room,
   * rounded to the nearest; `int8` takes a quarter: integers from -127 to 127, times a float32 scale for each channel, which is the
   * tensor `name.scale`. Tensors of one axis, such as biases, stay float32. What each costs in accuracy is in the documentation of
   * formats. Defaults to `float32`.
   */
  readonly weights?: 'float32' | 'float16' | 'bfloat16' | 'int8' | undefined
}

/**
 * Saves a model as one safetensors file: weights, kind, options, likelihood and the version of this library. The same
 * model gives the same bytes. Weights are saved as they are, NaN included, unless the option `weights` narrows them.
 *
 * @param model borrowed
 * @param store where to, e.g. `file('vae.safetensors')`; in Node also the path alone
 * @param options see {@link SaveOptions}
 * @throws {WeightsError} when the store cannot be written, or a weight is beyond the range of `weights`; the store's former content
 *   is then still there
 * @throws {DisposedError} when the model was disposed
 * @throws {BackendLostError} when the backend that holds the weights stopped
 * @throws {OptionError} when `store` is not a store, or on an unknown option
 * @example
 * ```ts
 * await save(model, file('vae.safetensors'))
 * ```
 */
export async function save(model: SavableModel, store: Store | string, options: SaveOptions = {}): Promise<void> {
  const target = storeOf('save', 'store', store)
  assertOptions('save', options, { dataset: stringOption, weights: oneOf('float32', 'float16', 'bfloat16', 'int8') })
  assertMembers('save', 'model', model, {
    expected: 'a model',
    members: {
      kind: 'string',
      config: 'object',
      likelihood: ofConfig,
      variables: variablesOption,
      state: optional(variablesOption),
    },
    fix: 'pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
  const { dataset, weights = 'float32' } = options
  const metadata = dataset === undefined ? {} : { dataset }
  await target.write(await encodeModelFile(model, { metadata, narrow: narrowing(weights) }))
}

/**
 * Loads a model that `save`, or a checkpoint of `train`, wrote. Nothing in a file is executed: only the kinds that
 * are passed here can make a model.
 *
 * @param store where from; in Node also the path of a file
 * @param kinds the kinds of model to accept, e.g. `vae`; at least one
 * @returns a model of one of the kinds, owned by the caller
 * @throws {WeightsError} when the store cannot be read, or its content is malformed, of a different kind, of a newer format,
 * or its options and weights do not fit; nothing stays allocated
 * @throws {OptionError} when `store` is not a store or a kind is not a model factory
 * @example
 * ```ts
 * const model = await load(file('vae.safetensors'), vae)
 * ```
 */
export async function load<kinds extends readonly [ModelKind, ...ModelKind[]]>(
  store: Store | string,
  ...kinds: kinds
): Promise<ReturnType<kinds[number]['fromConfig']>> {
  const source = storeOf('load', 'store', store)
  assertKinds(kinds)
  const context = { caller: 'load', source: source.name }
  const file = await readModelFile(await readStore('load', source), context)
  for (const kind of kinds) await kind.prepare?.(file.config)
  const { model, filled } = makeModel(file, kinds, context)
  assertMembers('load', 'fromConfig(config)', model, {
    expected: 'a model',
    members: { kind: 'string', variables: variablesOption, dispose: 'function' },
    fix: 'let fromConfig return a model',
  })
  try {
    fillWeights(model, file, context, filled)
  } catch (error) {
    model.dispose()
    throw error
  }
  return model as ReturnType<kinds[number]['fromConfig']>
}

function narrowing(weights: NonNullable<SaveOptions['weights']>): ModelFileExtra['narrow'] {
  if (weights === 'float32') return undefined
  return async () => {
    const { narrowed } = await import('./safetensors-encoders.ts')
    return (entries) => narrowed(entries, weights)
  }
}

function makeModel(file: ModelFile, kinds: readonly ModelKind[], { caller, source }: ReadingContext) {
  const kind = kinds.find(({ kind }) => kind === file.kind)
  if (kind === undefined) {
    const names = [...kinds.map(({ kind }) => kind), file.kind].join(', ')
    throw new WeightsError(`\`${caller}\` found a model of a different kind in ${source}.`, {
      facts: { Expected: kinds.map(({ kind }) => kind).join(' or '), Received: show(file.kind) },
      fix: `pass the factory of that kind too${/^\w+$/.test(file.kind) ? `, e.g. load(store, ${names})` : ''}`,
    })
  }
  try {
    return withStored<SavableModel>(file.tensors, { caller, source }, () => kind.fromConfig(file.config, kinds))
  } catch (cause) {
    if (WeightsError.isInstance(cause) || BackendUnavailableError.isInstance(cause)) throw cause
    throw new WeightsError(`\`${caller}\` cannot make the ${kind.kind} that ${source} describes.`, {
      facts: { Options: show(file.metadata.config), Reason: cause instanceof Error ? firstLine(cause) : String(cause) },
      fix: cureIn(cause) ?? 'see the cause; save the model again, or load it with the version that wrote it',
      cause,
    })
  }
}

/** The fix of the error that led here, if it is a different call of `load`: others are for options, which the caller did not write. */
function cureIn(cause: unknown): string | undefined {
  const fix = AutoencoderError.isInstance(cause) ? cause.fix : undefined
  return fix?.includes('load(store,') ? fix : undefined
}

function firstLine({ message }: Error): string {
  return message.split('\n', 1)[0] ?? message
}

function assertKinds(kinds: readonly unknown[]): void {
  if (modelKindsOption(kinds) === undefined) return
  throw new OptionError('`load` received a bad `kinds`.', {
    facts: { Expected: 'at least one model factory', Received: show(kinds) },
    fix: 'pass the factories of the kinds to accept, e.g. load(store, vae), or your own as { kind, fromConfig }',
  })
}

const ofConfig: OptionCheck = (likelihood) =>
  lackOf(likelihood, { config: configOption }) === undefined ? undefined : 'a likelihood with a config'
