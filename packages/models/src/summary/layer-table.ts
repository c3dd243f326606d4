// The layers of a model by its options and its tensors: the same for a file, whose values are not read, and for a live model.
import { type Json, type Likelihood, type Shape, sizeOfShape } from '@ae/core'
import { likelihoodFromConfig } from '@ae/losses'
import { describeModel, type ModelDescription } from '../describe-model.ts'
import type { LayerDescription } from '../networks/describe-layers.ts'
import type { LayerSummary } from './summary-types.ts'

/** A tensor without its values. */
export interface TensorShape {
  /** Its name in files, e.g. `encoder.0.weight`. */
  readonly name: string
  /** The type of its values as files call it, e.g. `F32`. */
  readonly dtype: string
  /** Axis lengths. */
  readonly shape: Shape
}

/** What says which layers a model has. */
export interface Kinded {
  /** The kind of the model. */
  readonly kind: string
  /** Its options. */
  readonly config: Readonly<Record<string, Json | undefined>>
  /** Its likelihood; undefined if only its options are known. */
  readonly likelihood: Likelihood | undefined
}

/**
 * The layers in the order of their tensors; those that the options do not describe have no output shape.
 *
 * @param model its kind and its options, which may be of any origin
 * @param tensors those of the model, without those of an optimiser
 */
export function layersOf(model: Kinded, tensors: readonly TensorShape[]): readonly LayerSummary[] {
  const described = new Map(describedLayers(model).map((layer) => [layer.name, layer]))
  const layers = new Map<string, { readonly name: string; parameters: number }>()
  for (const { name: tensor, shape } of tensors) {
    const name = layerNameOf(tensor, described)
    const layer = layers.get(name) ?? { name, parameters: 0 }
    layer.parameters += sizeOfShape(shape)
    layers.set(name, layer)
  }
  return [...layers.values()].map(({ name, parameters }) => {
    const layer = described.get(name)
    return { name, type: layer?.type ?? 'values', outputShape: layer?.outputShape, parameters }
  })
}

/** Those of the encoder, of the code and of the decoder; none for a kind or options that this package does not know. */
function describedLayers({ kind, config, likelihood }: Kinded): readonly LayerDescription[] {
  try {
    const known = likelihood ?? likelihoodFromConfig(innermost(config).likelihood)
    const description = describeModel({ kind, config, likelihood: known })
    return description === undefined ? [] : [...description.encoder, ...codeLayers(description), ...description.decoder]
  } catch {
    return [] // the options are not those of a model: the tensors are told all the same
  }
}

function codeLayers({ code, codeShape }: ModelDescription): readonly LayerDescription[] {
  if (code.type === 'gaussian') return [code.mean, code.logVariance]
  return [code.type === 'quantized' ? { ...code.layer, outputShape: codeShape } : code.layer]
}

/** The layer that a tensor belongs to: `encoder.0` for `encoder.0.normalization.weight`. */
function layerNameOf(tensor: string, described: ReadonlyMap<string, unknown>): string {
  let end = tensor.length
  while (end > 0 && !described.has(tensor.slice(0, end))) end = tensor.lastIndexOf('.', end - 1)
  return end > 0 ? tensor.slice(0, end) : tensor.replace(/\.(weight|bias)$/, '')
}

/** The options of the innermost model: a denoising autoencoder has those of the model that it wraps as `model`. */
export function innermost(config: Kinded['config']): Kinded['config'] {
  let options = config
  for (let depth = 0; depth < 8; depth++) {
    const { config: inner } = (options.model ?? {}) as { readonly config?: unknown }
    if (typeof inner !== 'object' || inner === null) break
    options = inner as Kinded['config']
  }
  return options
}
