// The plain autoencoder: an encoder to a code, a decoder back.
// Rumelhart, Hinton and Williams, Learning internal representations by error propagation, 1986; widths as the tutorial.
import type { Autoencoder, Trace, Trainable } from '@ae/core'
import { reconstruction } from '@ae/losses'
import type { RawDecoder } from './assembly/assembly.ts'
import { type AutoencoderOptions, deterministic } from './assembly/deterministic.ts'
import { defineModel, type ModelFactory } from './define-model.ts'

/** A plain autoencoder; trained on its reconstruction, by default the squared error summed over an image's pixels. */
export interface PlainAutoencoder extends Autoencoder, RawDecoder, Trainable<Trace, 'reconstruction'> {
  readonly kind: 'autoencoder'
}

/**
 * A plain autoencoder, by default of dense layers.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises its layers
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = autoencoder({ inputShape: [28, 28, 1], codeSize: 32, seed: 1 })
 * ```
 */
export const autoencoder: ModelFactory<AutoencoderOptions, PlainAutoencoder> = /* @__PURE__ */ defineModel(
  'autoencoder',
  (options) => ({
    ...deterministic('autoencoder', options).members,
    kind: 'autoencoder',
    objective: reconstruction(),
  }),
)
