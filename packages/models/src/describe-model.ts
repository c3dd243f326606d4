// A model of this package as data: its layers and its code, from its kind and options alone. What writers of other formats and
// tables of a model go by.
import { type Json, type Likelihood, type Shape, sizeOfShape } from '@ae/core'
import { shapeOption } from '@ae/core/internal'
import { labelWeight } from './labels-of-batch.ts'
import type { Activation } from './networks/activation.ts'
import {
  type DenseDescription,
  describeNetworks,
  type LayerDescription,
  shapeAfter,
} from './networks/describe-layers.ts'

/** What a model is made of, in the order in which a forward pass meets it. */
export interface ModelDescription {
  /** The shape of one example. */
  readonly inputShape: Shape
  /** The length of a code. */
  readonly codeSize: number
  /** From an example to features. */
  readonly encoder: readonly LayerDescription[]
  /** From features to a code. */
  readonly code: CodeDescription
  /** What joins the flattened features, and the code before it is decoded. Defaults to nothing. */
  readonly condition?: ConditionDescription | undefined
  /** The shape in which the decoder takes a code, without the condition: `[codeSize]`, or a feature map. */
  readonly codeShape: Shape
  /** From a code to the raw output, `[...inputShape]`, or `[...inputShape, networkOutputs]` with more than one. */
  readonly decoder: readonly LayerDescription[]
  /** Raw outputs a feature that the decoder emits; further parameters are the variable `likelihood.shared`. */
  readonly networkOutputs: number
}

/** From features to a code. */
export type CodeDescription =
  | {
      /** One more layer. */
      readonly type: 'deterministic'
      readonly layer: DenseDescription
      /** How many of the largest values are kept, ties included; the others become 0. Defaults to all. */
      readonly keep?: number | undefined
    }
  | {
      /** Latents: mean and log variance, each a linear layer of the features. */
      readonly type: 'gaussian'
      readonly mean: DenseDescription
      readonly logVariance: DenseDescription
    }
  | {
      /** At each position the nearest vector of the variable `codebook`, `[codebookSize, embeddingSize]`. */
      readonly type: 'quantized'
      /** To the embeddings of all positions. */
      readonly layer: DenseDescription
      /** Whether the layer is applied to the channels of each position of a feature map, instead of to all features at once. */
      readonly ofPositions: boolean
      readonly positions: number
      readonly codebookSize: number
      readonly embeddingSize: number
    }

/** A label as numbers: `scale` in its own place, else 0. */
export interface ConditionDescription {
  readonly classes: number
  readonly scale: number
}

/** What a description is made from; every model of this package has it. */
export interface Describable {
  readonly kind: string
  readonly config: Readonly<Record<string, Json | undefined>>
  readonly likelihood: Likelihood
}

/**
 * The layers of a model.
 *
 * @returns undefined for a kind that is not one of this package
 * @throws {OptionError} when the options of its architecture are bad
 */
export function describeModel({ kind, config, likelihood }: Describable): ModelDescription | undefined {
  if (kind === 'denoisingAutoencoder') {
    const { kind, config: inner } = (config.model ?? {}) as unknown as Pick<Describable, 'kind' | 'config'>
    return describeModel({ kind, config: inner, likelihood })
  }
  const codeOf = Object.hasOwn(codes, kind) ? codes[kind] : undefined
  if (codeOf === undefined || shapeOption(config?.inputShape) !== undefined) return undefined
  const inputShape = config.inputShape as Shape
  const networks = describeNetworks(config.architecture, inputShape)
  const features = shapeAfter(inputShape, networks.encoder)
  const { code, codeShape } = codeOf(config, networks.encoder.length, features)
  const condition = config.classes === undefined ? undefined : { classes: Number(config.classes), scale: labelWeight }
  const networkOutputs = (likelihood.parameters ?? 1) - (likelihood.shared ?? []).length
  const joined = condition === undefined ? codeShape : [sizeOfShape(codeShape) + condition.classes]
  return {
    inputShape,
    codeSize: sizeOfShape(codeShape),
    encoder: networks.encoder,
    code,
    condition,
    codeShape,
    decoder: networks.decoder({ inputShape, codeShape: joined, parameters: networkOutputs }),
    networkOutputs,
  }
}

type CodeOf = (
  config: Describable['config'],
  layers: number,
  features: Shape | undefined,
) => Pick<ModelDescription, 'code' | 'codeShape'>

const deterministic: CodeOf = ({ codeSize, codeActivation, sparsity }, layers) => {
  const { kind, count } = (sparsity ?? {}) as { readonly kind?: string; readonly count?: number }
  const layer = linear(`encoder.${layers}`, Number(codeSize), codeActivation as Activation)
  return {
    code: { type: 'deterministic', layer, keep: kind === 'topK' ? count : undefined },
    codeShape: layer.outputShape,
  }
}

const gaussian: CodeOf = ({ latentSize }) => {
  const [mean, logVariance] = [linear('mean', Number(latentSize)), linear('logVariance', Number(latentSize))]
  return { code: { type: 'gaussian', mean, logVariance }, codeShape: mean.outputShape }
}

const quantized: CodeOf = (config, _, features = []) => {
  const [codebookSize, embeddingSize] = [Number(config.codebookSize), Number(config.embeddingSize)]
  const isMap = features.length > 1 && config.positions === undefined
  const places = isMap ? features.slice(0, -1) : [Number(config.positions ?? 16)]
  const positions = sizeOfShape(places)
  const layer = linear('embedding', isMap ? embeddingSize : positions * embeddingSize)
  return {
    code: { type: 'quantized', layer, ofPositions: isMap, positions, codebookSize, embeddingSize },
    codeShape: isMap ? [...places, embeddingSize] : [positions * embeddingSize],
  }
}

function linear(name: string, size: number, activation: Activation = 'linear'): DenseDescription {
  return { type: 'dense', name, outputShape: [size], normalization: 'none', activation }
}

/** By kind of model; the test goes through the catalogue. */
const codes: Readonly<Record<string, CodeOf>> = {
  autoencoder: deterministic,
  stackedAutoencoder: deterministic,
  sparseAutoencoder: deterministic,
  contractiveAutoencoder: deterministic,
  vae: gaussian,
  conditionalVae: gaussian,
  iwae: gaussian,
  betaTcVae: gaussian,
  vqVae: quantized,
}
