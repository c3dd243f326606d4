// The denoising autoencoder: any model that sees a corrupted example and is compared with the clean one.
// Vincent et al., Extracting and composing robust features with denoising autoencoders, 2008; noise of 0.3 as the tutorial.
import {
  type Autoencoder,
  type Json,
  type ModelKind,
  OptionError,
  repeatable,
  ShapeError,
  type Trainable,
} from '@ae/core'
import { assertOptions, assertTrainable, type OptionCheck, show } from '@ae/core/internal'
import { type Corruption, gaussianNoise } from './corruption/corruption.ts'
import { corruptionFromConfig } from './corruption/corruption-config.ts'
import { corruptionOption } from './corruption/corruption-option.ts'

/** What {@link denoisingAutoencoder} wraps: any model without labels, made of plain members as this package makes them. */
export type DenoisableModel = Autoencoder & Trainable

/** Options of {@link denoisingAutoencoder}. */
export interface DenoisingAutoencoderOptions<model extends DenoisableModel> {
  /** Encodes, decodes and is trained. The denoising autoencoder owns it from now on: dispose of either, once. */
  readonly model: model
  /** What corrupts the input. Defaults to `gaussianNoise({ standardDeviation: 0.3 })`, which is not clipped. */
  readonly corruption?: Corruption | undefined
}

/** The wrapped model, with everything that it can do, trained to undo a corruption. */
export type DenoisingAutoencoder<model extends DenoisableModel = DenoisableModel> = Omit<model, 'kind'> & {
  /** Names the model in saved files. */
  readonly kind: 'denoisingAutoencoder'
  /** What corrupts the input. */
  readonly corruption: Corruption
}

/** The factory; `load` takes it, with the kind that it wraps: `load(store, denoisingAutoencoder, autoencoder)`. */
export interface DenoisingAutoencoderFactory extends ModelKind<DenoisingAutoencoder> {
  /** See {@link denoisingAutoencoder}. */
  <model extends DenoisableModel>(options: DenoisingAutoencoderOptions<model>): DenoisingAutoencoder<model>
}

/**
 * A model whose `trace` corrupts the input and keeps the target clean, in training and in `evaluate` alike: seed and
 * step, in `evaluate` the example's index, fix the noise, so that validation meets the same noise after every epoch.
 * `encode`, `decode` and all else are the wrapped model's: they corrupt nothing.
 *
 * @returns the wrapped model with another `kind`, `config` and `trace`
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = denoisingAutoencoder({ model: autoencoder({ inputShape: [28, 28, 1], seed: 1 }) })
 * ```
 */
export const denoisingAutoencoder: DenoisingAutoencoderFactory = /* @__PURE__ */ Object.assign(create, {
  kind: 'denoisingAutoencoder',
  fromConfig,
})

function create<model extends DenoisableModel>(
  options: DenoisingAutoencoderOptions<model>,
): DenoisingAutoencoder<model> {
  assertOptions('denoisingAutoencoder', options, { model: modelOption, corruption: corruptionOption }, ['model'])
  const { model, corruption = gaussianNoise() } = options
  assertTrainable('denoisingAutoencoder', model)
  const [passOf, corrupt] = [model.trace, corruption.corrupt] // as they are now, like every other member
  const trace: Trainable['trace'] = (x, pass = {}) => {
    const { seed, step, first } = pass
    const input = corrupt.call(corruption, x, { seed, step, first })
    try {
      const trace = passOf.call(model, input, pass)
      assertSameExamples(model, trace.target.shape, x.shape)
      return { ...trace, target: x }
    } catch (error) {
      input.dispose()
      throw error
    }
  }
  return {
    ...model,
    kind: 'denoisingAutoencoder',
    corruption,
    config: { model: { kind: model.kind, config: model.config }, corruption: corruption.config },
    trace: repeatable(trace, [passOf, corrupt]),
  }
}

function fromConfig(
  { model, corruption: corruptionConfig }: Readonly<Record<string, Json | undefined>>,
  kinds: readonly ModelKind[],
): DenoisingAutoencoder {
  const corruption = corruptionFromConfig(corruptionConfig)
  const { kind, config } = (typeof model === 'object' && model !== null ? model : {}) as Record<string, Json>
  const wrapped = kinds.find((candidate) => candidate.kind === kind)
  if (wrapped === undefined) {
    throw new OptionError(`\`denoisingAutoencoder\` wraps a model of a kind that was not passed: ${show(kind)}.`, {
      facts: { Expected: kinds.map(({ kind }) => kind).join(', '), Received: show(kind) },
      fix: 'pass the factory of that kind too, e.g. load(store, denoisingAutoencoder, autoencoder)',
    })
  }
  const restored = wrapped.fromConfig((config ?? {}) as Readonly<Record<string, Json>>, kinds)
  try {
    return create({ model: restored as DenoisableModel, corruption })
  } catch (error) {
    restored.dispose()
    throw error
  }
}

function assertSameExamples({ kind }: DenoisableModel, received: readonly number[], expected: readonly number[]): void {
  if (received.join() === expected.join()) return
  throw new ShapeError(
    `\`denoisingAutoencoder\` wraps a model whose target differs in shape from its input: ${kind}.`,
    {
      facts: { Expected: `[${expected.join(', ')}]`, Received: `[${received.join(', ')}]` },
      fix: 'wrap a model that compares each example with itself, once',
    },
  )
}

const modelOption: OptionCheck = (value) =>
  isObject(value) &&
  value.classes === undefined &&
  ['trace', 'encode', 'decode', 'dispose'].every((name) => typeof value[name] === 'function')
    ? undefined
    : 'a model without labels that can encode, decode and be trained, e.g. autoencoder({ inputShape: [28, 28, 1] })'

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
