// The measured networks as models of @ae.
import {
  autoencoder,
  convolutionalArchitecture,
  denoisingAutoencoder,
  gaussianNoise,
  sparseAutoencoder,
  stackedAutoencoder,
  vae,
} from '@ae/models'

/** A model of `inputShape` as `network` describes it. */
export function build({ kind, channels, hidden, codeSize, sparsity, noise, pretraining }, inputShape) {
  const options = {
    inputShape,
    seed: 1,
    ...(channels ? { architecture: convolutionalArchitecture({ channels }) } : { hidden }),
  }
  if (kind === 'vae') return vae({ ...options, latentSize: codeSize })
  if (pretraining) return stackedAutoencoder({ ...options, codeSize })
  if (sparsity) {
    const weight = sparsity.weight * inputShape.reduce((size, length) => size * length) // ours is against the sum over pixels
    return sparseAutoencoder({ ...options, codeSize, sparsity: { kind: 'kl', rate: sparsity.rate, weight } })
  }
  const model = autoencoder({ ...options, codeSize })
  return noise ? denoisingAutoencoder({ model, corruption: gaussianNoise({ standardDeviation: noise }) }) : model
}
