// Builds a model of this library from one of Keras, with its weights.
import { type Likelihood, OptionError, type Shape, type StoredTensor, sizeOfShape, WeightsError } from '@ae/core'
import {
  assertBackend,
  assertOptions,
  assignWeights,
  likelihoodOption,
  nameOption,
  oneOf,
  seedOption,
  shapeOption,
} from '@ae/core/internal'
import { bernoulli, gaussian, squaredError } from '@ae/losses'
import {
  type Activation,
  type Architecture,
  autoencoder,
  denseArchitecture,
  layersArchitecture,
  type PlainAutoencoder,
  type Vae,
  vae,
} from '@ae/models'
import { activationOption } from '@ae/models/internal'
import type { FileSource } from '../bytes/byte-source.ts'
import { chainOfWeights } from './chain-of-weights.ts'
import { type Blame, type FoldedLayer, foldLayers } from './fold-layers.ts'
import type { KerasLayer, KerasModel } from './keras-model.ts'
import { readKeras } from './read-keras.ts'
import { type Parts, splitModel, splitPair } from './split.ts'

/** A file of Keras, or what {@link readKeras} or {@link readLayersModel} made of one. */
export type KerasSource = FileSource | KerasModel

/** Options of {@link fromKeras}. Most files need none: an error says which, where one does. */
export interface FromKerasOptions {
  /**
   * The shape of one example, e.g. `[28, 28, 1]` for a dense model of 784 pixels. Defaults to what the file says; a file that holds
   * weights alone needs it.
   */
  readonly inputShape?: Shape | undefined
  /**
   * The name of the layer whose output is the code, of one model that is not made of two. Defaults to the narrowest dense layer,
   * where there is only one.
   */
  readonly code?: string | undefined
  /**
   * The names of the layers of a VAE that give mean and log variance. Defaults to two dense layers of the same features, one of
   * which is named as a log variance.
   */
  readonly latent?:
    | {
        /** The name of the layer that gives the mean. */
        readonly mean: string
        /** The name of the layer that gives the log variance. */
        readonly logVariance: string
      }
    | undefined
  /** What the decoder's raw output means. Defaults to `bernoulli` for a VAE that ends in a sigmoid, `gaussian()` for a linear one, and `squaredError` with either for an autoencoder. */
  readonly likelihood?: Likelihood | undefined
  /** The activation of hidden layers; only, and always, for a file that holds weights alone. */
  readonly activation?: Activation | undefined
  /** The activation of the code of an autoencoder; only, and always, for a file that holds weights alone. */
  readonly codeActivation?: Activation | undefined
  /** The activation of the decoder's last layer; only, and always, for a file that holds weights alone. */
  readonly outputActivation?: 'linear' | 'sigmoid' | undefined
  /** The model's seed. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * The autoencoder or VAE that a file of Keras holds: architecture and weights. Dense and convolutional layers one after the
 * other, in one model, in two inside of one, or in two files. Outputs equal those of Keras up to rounding.
 *
 * @param source the file or what was read of it; of a model that was saved as two, both: `{ encoder, decoder }`
 * @param options see {@link FromKerasOptions}
 * @returns a `vae` where the encoder gives mean and log variance, else an `autoencoder`; owned by the caller
 * @throws {WeightsError} when the file cannot be read, a layer has no twin in this library, or it is not certain which part
 *   encodes; it names the layer, or the option that tells. Nothing stays allocated
 * @throws {OptionError} on an unknown or bad option, and when a file that holds weights alone needs more of them
 * @example
 * ```ts
 * const model = await fromKeras('autoencoder.keras')
 * const code = model.encode(x)
 * ```
 */
export async function fromKeras(
  source: KerasSource | { readonly encoder: KerasSource; readonly decoder: KerasSource },
  options: FromKerasOptions = {},
): Promise<PlainAutoencoder | Vae> {
  assertOptions(caller, options, {
    inputShape: shapeOption,
    code: nameOption,
    latent: latentOption,
    likelihood: likelihoodOption,
    activation: activationOption,
    codeActivation: activationOption,
    outputActivation: oneOf('linear', 'sigmoid'),
    seed: seedOption,
  })
  assertBackend(caller)
  if (typeof source === 'object' && source !== null && 'encoder' in source && 'decoder' in source) {
    const [encoder, decoder] = [await modelOf(source.encoder), await modelOf(source.decoder)]
    const blame = { caller, source: `${encoder.source} and ${decoder.source}` }
    return build(splitPair(encoder, decoder, options, blame), options, blame)
  }
  const model = await modelOf(source)
  const blame = { caller, source: model.source }
  const isWeights = !hasConnections(model)
  if (isWeights) return build(chainOfWeights(model, options, blame), options, blame)
  const told = (['activation', 'codeActivation', 'outputActivation'] as const).find(
    (name) => options[name] !== undefined,
  )
  if (told !== undefined) {
    throw new OptionError(`\`${caller}\` received \`${told}\`, which ${model.source} says itself.`, {
      fix: `leave ${told} out`,
    })
  }
  return build(splitModel(model, options, blame), options, blame)
}

const caller = 'fromKeras'

function latentOption(value: unknown): string | undefined {
  const { mean, logVariance } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const isGood = typeof mean === 'string' && typeof logVariance === 'string'
  return isGood ? undefined : '{ mean, logVariance }, the names of two layers'
}

async function modelOf(source: KerasSource): Promise<KerasModel> {
  if (typeof source === 'object' && source !== null && 'layers' in source && 'format' in source) return source
  return readKeras(source)
}

/** Whether a file says how the layers are connected, or that models are inside. */
function hasConnections(model: KerasLayer): boolean {
  return (
    model.layers.some(({ inputs, layers }) => inputs.length > 0 || layers.some(hasConnectionsWithin)) ||
    isSequential(model)
  )
}

function hasConnectionsWithin({ inputs }: KerasLayer): boolean {
  return inputs.length > 0
}

function isSequential({ className }: KerasLayer): boolean {
  return className === 'Sequential'
}

function build(parts: Parts, options: FromKerasOptions, blame: Blame): PlainAutoencoder | Vae {
  const shape = parts.inputShape ?? options.inputShape
  if (shape === undefined) {
    throw new OptionError(`\`${caller}\` needs the option \`inputShape\`: ${blame.source} does not say it.`, {
      facts: { Expected: 'an array of positive integers, e.g. [28, 28, 1]', Received: 'undefined' },
      fix: 'pass the shape of one example as inputShape',
    })
  }
  const encoder = foldLayers(parts.encoder, shape, blame).folded
  const heads = parts.heads && [parts.heads.mean, parts.heads.logVariance]
  const features = encoder.at(-1)?.shape ?? shape
  const last = heads === undefined ? [encoder.at(-1)] : heads.map((head) => headOf(head, features, blame))
  const hidden = heads === undefined ? encoder.slice(0, -1) : encoder
  const [first] = last
  const codeSize = first?.layer.kind === 'dense' ? sizeOfShape(first.shape) : undefined
  if (first === undefined || codeSize === undefined || (first.layer.normalization ?? 'none') !== 'none') {
    throw new WeightsError(`\`${caller}\` cannot build ${blame.source}: its code is not what a dense layer gives.`, {
      facts: { Code: first === undefined ? 'none' : `${first.names.join(', ')}, of shape [${first.shape.join(', ')}]` },
      fix: 'end the encoder with a Dense layer without a normalisation and train again, or build a model with customArchitecture and fill it with importLayers',
    })
  }
  const decoder = foldLayers(parts.decoder, [codeSize], blame)
  const inputShape = exampleShape(shape, encoder, decoder, options, blame)
  const output = outputOf(decoder.folded, blame)
  const rows = decoder.folded.map((row, i) => (i < decoder.folded.length - 1 ? row : ending(row, inputShape)))
  const architecture = architectureOf(hidden, rows, inputShape)
  const { seed } = options
  const tensors = new Map<string, StoredTensor>()
  const add = (name: string, { weights }: FoldedLayer) => {
    for (const [key, { shape, data }] of weights)
      tensors.set(`${name}.${key}`, { shape, data: Float32Array.from(data) })
  }
  for (const [i, layer] of hidden.entries()) add(`encoder.${i}`, layer)
  for (const [i, layer] of rows.entries()) add(`decoder.${i}`, layer)
  const sigmoid = output === 'sigmoid'
  const make = () => {
    if (heads === undefined) {
      add(`encoder.${hidden.length}`, first)
      const likelihood = options.likelihood ?? squaredError({ activation: sigmoid ? 'sigmoid' : 'linear' })
      const codeActivation = first.layer.activation
      return autoencoder({ inputShape, codeSize, codeActivation, architecture, likelihood, seed })
    }
    add('mean', first)
    add('logVariance', last[1] as FoldedLayer)
    const likelihood = options.likelihood ?? (sigmoid ? bernoulli : gaussian())
    return vae({ inputShape, latentSize: codeSize, architecture, likelihood, seed })
  }
  const model = make()
  try {
    assignWeights(model, { kind: model.kind, config: model.config, metadata: {}, tensors }, blame)
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

function headOf(head: KerasLayer, features: Shape, blame: Blame): FoldedLayer {
  const [folded] = foldLayers([head], [sizeOfShape(features)], blame).folded
  if (folded?.layer.activation === 'linear') return folded
  throw new WeightsError(
    `\`${caller}\` cannot build ${blame.source}: the layer "${head.name}" of its latents is not linear.`,
    {
      facts: { Received: folded?.layer.activation ?? 'no layer' },
      fix: 'mean and log variance are linear here: build a model with customArchitecture and fill it with importLayers',
    },
  )
}

/** The shape of one example: that of the first convolution, or of the decoder's output, or the option's. */
function exampleShape(
  shape: Shape,
  encoder: readonly FoldedLayer[],
  decoder: { readonly folded: readonly FoldedLayer[]; readonly shape: Shape },
  { inputShape }: FromKerasOptions,
  blame: Blame,
): Shape {
  const [first, last] = [encoder[0]?.layer, decoder.folded.at(-1)]
  const fixed = [
    first !== undefined && 'channels' in first ? first.inputShape : undefined,
    last !== undefined && 'channels' in last.layer ? last.shape : undefined,
    inputShape,
  ].filter((fixed) => fixed !== undefined)
  const chosen = fixed[0] ?? (shape.length > 1 ? shape : decoder.shape)
  const bad = [...fixed, shape, decoder.shape].find((other) => sizeOfShape(other) !== sizeOfShape(chosen))
  const misfit = bad ?? fixed.find((other) => other.join() !== chosen.join())
  if (misfit === undefined) return chosen
  throw new WeightsError(`\`${caller}\` cannot build ${blame.source}: what it decodes is not what it encodes.`, {
    facts: { Expected: `[${chosen.join(', ')}]`, Received: `[${misfit.join(', ')}]` },
    fix:
      misfit === inputShape || chosen === inputShape
        ? 'leave inputShape out, or pass one of as many values'
        : 'pass an autoencoder: the decoder has to give examples of the shape that the encoder takes',
  })
}

/** The activation of the last layer, which here the likelihood applies. */
function outputOf(rows: readonly FoldedLayer[], blame: Blame): 'linear' | 'sigmoid' {
  const last = rows.at(-1)
  const { activation = 'linear', normalization = 'none' } = last?.layer ?? {}
  const isGood = last !== undefined && normalization === 'none'
  if (isGood && (activation === 'linear' || activation === 'sigmoid')) return activation
  throw new WeightsError(`\`${caller}\` cannot build ${blame.source}: its decoder ends as no likelihood does.`, {
    facts: {
      Expected: 'linear or sigmoid outputs, not normalised',
      Received:
        last === undefined ? 'no layers' : `${last.names.join(', ')}: ${activation}, normalization ${normalization}`,
    },
    fix: 'build a model with customArchitecture, and fill it with importLayers',
  })
}

/** The last layer, which gives an example in its shape, and leaves its activation to the likelihood. */
function ending(row: FoldedLayer, inputShape: Shape): FoldedLayer {
  const layer = { ...row.layer, activation: 'linear' as const }
  return { ...row, layer: layer.kind === 'dense' ? { ...layer, shape: inputShape } : layer }
}

/** Dense layers that mirror each other as `denseArchitecture` has them, others one by one. */
function architectureOf(hidden: readonly FoldedLayer[], rows: readonly FoldedLayer[], inputShape: Shape): Architecture {
  const [encoder, decoder] = [hidden.map(({ layer }) => layer), rows.map(({ layer }) => layer)]
  const inner = [...encoder, ...decoder.slice(0, -1)]
  const widths = encoder.map((layer) => (layer.kind === 'dense' ? (layer.shape[0] ?? 0) : 0))
  const { activation = 'relu' } = encoder[0] ?? {}
  const isPlain = inner.every((layer) => {
    return layer.kind === 'dense' && layer.activation === activation && (layer.normalization ?? 'none') === 'none'
  })
  const back = decoder.slice(0, -1).map((layer) => (layer.kind === 'dense' ? layer.shape.join() : ''))
  const mirrors = back.join(';') === [...widths].reverse().join(';') && decoder.at(-1)?.kind === 'dense'
  const flat = decoder.at(-1)
  if (isPlain && mirrors && flat?.kind === 'dense' && flat.shape.join() === inputShape.join()) {
    return denseArchitecture({ hidden: widths, activation })
  }
  return layersArchitecture({ encoder, decoder })
}
