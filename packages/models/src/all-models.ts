// Every kind of model, for `load` where the kind is not known.
import { autoencoder } from './autoencoder.ts'
import { betaTcVae } from './beta-tc-vae.ts'
import { conditionalVae } from './conditional-vae.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { iwae } from './iwae.ts'
import { sparseAutoencoder } from './sparse-autoencoder.ts'
import { stackedAutoencoder } from './stacked-autoencoder.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

/**
 * Every kind of model of this package: `load` with all of them takes any of its files. A program that uses it ships them all; one
 * that knows its kind passes that alone.
 *
 * @example
 * ```ts
 * const model = await load(file('model.safetensors'), ...allModels)
 * if (model.kind === 'vae') model.sample(16)
 * ```
 */
export const allModels = [
  autoencoder,
  stackedAutoencoder,
  sparseAutoencoder,
  denoisingAutoencoder,
  contractiveAutoencoder,
  vae,
  conditionalVae,
  iwae,
  betaTcVae,
  vqVae,
] as const
