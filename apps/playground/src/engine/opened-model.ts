// A model of any kind, as the engine uses it.
import type { Autoencoder, DiagonalGaussian, SavableModel, Trainable } from '@ae/core'
import type { ConditionalVae, RawDecoder, Sampler, VqVae } from '@ae/models'
import type { Tensor } from '@tensorflow/tfjs-core'

/** What `load` and the catalogue give. */
export type OpenedModel = SavableModel & Trainable

/** What every model can do, if its label is fixed. */
export type View = Autoencoder &
  RawDecoder &
  Partial<Sampler> & {
    /** Of a model whose codes are Gaussians. */
    posterior?(x: Tensor): DiagonalGaussian
  }

/**
 * A model as one that takes no labels.
 *
 * @param label of a conditional VAE. Defaults to 0
 */
export function viewOf(model: OpenedModel, label = 0): View {
  return isConditional(model) ? model.forLabel(label) : (model as unknown as View)
}

/** Whether it takes labels. */
export function isConditional(model: unknown): model is ConditionalVae {
  return (model as OpenedModel).kind === 'conditionalVae'
}

/** Whether its codes are vectors of a codebook. */
export function isQuantized(model: unknown): model is VqVae {
  return typeof (model as Partial<VqVae>).encodeIndices === 'function'
}
