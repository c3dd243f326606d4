// Small models of every kind with every likelihood, architecture and penalty, each as the function that `train` minimises.
import type { Autoencoder, LabelledBatch, Objective, Trace, Trainable, termsOf } from '@ae/core'
import {
  categorical,
  continuousBernoulli,
  discretizedLogistic,
  gaussian,
  laplace,
  mixed,
  negativeElbo,
} from '@ae/losses'
import {
  autoencoder,
  betaTcVae,
  conditionalVae,
  contractiveAutoencoder,
  convolutionalArchitecture,
  denoisingAutoencoder,
  denseArchitecture,
  iwae,
  maskingNoise,
  sparseAutoencoder,
  stackedAutoencoder,
  vae,
  vqVae,
} from '@ae/models'
import { models } from '@ae/models/internal'
import * as tf from '@tensorflow/tfjs-core'
import { mixedParts } from './mixed-parts.ts'

// Smooth activations: a difference across the kink of a relu is not a derivative.
const rows = { inputShape: [6], hidden: [5], activation: 'tanh', seed: 2 } as const
const coded = { ...rows, codeSize: 4, codeActivation: 'tanh' } as const
const latent = { ...rows, latentSize: 3 } as const
const image = { inputShape: [5, 5, 1], seed: 2 } as const
const convolutional = (options = {}) => convolutionalArchitecture({ channels: [3], activation: 'tanh', ...options })
const ofOnes = (model: ReturnType<typeof conditionalVae>): Trainable => ({
  ...model,
  trace: (images, options) =>
    model.trace({ examples: images, labels: tf.tensor1d([1, 0], 'int32') } satisfies LabelledBatch, options),
})

const variants: Readonly<Record<string, () => Trainable>> = {
  autoencoder: () => autoencoder(coded),
  'autoencoder, convolutional': () =>
    autoencoder({ ...image, codeSize: 4, codeActivation: 'tanh', architecture: convolutional() }),
  'autoencoder, resized convolutions, layer normalisation': () => {
    const architecture = convolutional({ upsampling: 'resize', normalization: 'layer' })
    return autoencoder({ ...image, codeSize: 4, codeActivation: 'tanh', architecture })
  },
  'autoencoder, batch normalisation': () => {
    const architecture = denseArchitecture({ hidden: [5], activation: 'softplus', normalization: 'batch' })
    return autoencoder({ inputShape: [6], codeSize: 4, codeActivation: 'tanh', architecture, seed: 2 })
  },
  'stacked autoencoder': () => stackedAutoencoder(coded),
  'sparse autoencoder, KL': () =>
    sparseAutoencoder({ ...coded, codeActivation: 'sigmoid', sparsity: { kind: 'kl', weight: 1 } }),
  'sparse autoencoder, L1': () => sparseAutoencoder({ ...coded, sparsity: { kind: 'l1', weight: 2 } }),
  'sparse autoencoder, top k': () => sparseAutoencoder({ ...coded, sparsity: { kind: 'topK', count: 2 } }),
  'denoising autoencoder': () => denoisingAutoencoder({ model: autoencoder(coded), corruption: maskingNoise() }),
  'contractive autoencoder, exact': () => contractiveAutoencoder({ ...coded, hidden: [], weight: 2 }),
  'contractive autoencoder, estimated': () => contractiveAutoencoder({ ...coded, weight: 2 }),
  vae: () => vae(latent),
  'vae, convolutional': () => vae({ ...image, latentSize: 3, architecture: convolutional() }),
  'vae, continuous Bernoulli': () => vae({ ...latent, likelihood: continuousBernoulli }),
  'vae, Gaussian with a shared standard deviation': () =>
    vae({ ...latent, likelihood: gaussian({ standardDeviation: 'shared' }) }),
  'vae, Gaussian with one a feature': () =>
    vae({ ...latent, likelihood: gaussian({ standardDeviation: 'perFeature' }) }),
  'vae, Laplace with a shared scale': () => vae({ ...latent, likelihood: laplace({ scale: 'shared' }) }),
  'vae, categorical': () => vae({ ...latent, likelihood: categorical({ classes: 4 }) }),
  'vae, discretised logistic': () => vae({ ...latent, likelihood: discretizedLogistic({ levels: 8 }) }),
  'vae, mixed': () => vae({ ...latent, inputShape: [15], likelihood: mixed({ parts: mixedParts('perFeature') }) }),
  'vae, mixed, fixed standard deviations': () =>
    vae({ ...latent, inputShape: [15], likelihood: mixed({ parts: mixedParts(0.8) }) }),
  'vae, free bits': () => withObjective(vae(latent), negativeElbo({ freeBits: 0.01 })),
  'vae, capacity': () => withObjective(vae(latent), negativeElbo({ beta: 3, capacity: 0.2 })),
  'conditional vae': () => ofOnes(conditionalVae({ ...latent, classes: 2 })),
  iwae: () => iwae({ ...latent, samples: 3 }),
  'beta-TC vae': () => betaTcVae({ ...latent, exampleCount: 40 }),
  // Its encoder's gradient is the straight-through estimate by design, not a derivative.
  'vq-vae, decoder': () => only(vqVae({ ...rows, codebookSize: 3, embeddingSize: 2, positions: 2 }), /^decoder/),
}

/** The factories of the variants; the other models of the catalogue have one of their own, from its row. */
const varied: readonly unknown[] = [
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
]

/** By description. */
export const smallModels: Readonly<Record<string, () => Trainable>> = {
  ...variants,
  ...Object.fromEntries(
    models
      .filter(({ factory }) => !varied.includes(factory))
      .map(({ title, create, small }) => [title, () => create({ ...rows, ...small.options })]),
  ),
}

/** The function that `train` minimises. */
export function totalOf(terms: ReturnType<typeof termsOf>): tf.Scalar {
  const parts = Object.values(terms).map(({ value, weight }) => tf.mul(tf.mean(value), weight))
  return parts.reduce((sum, part) => tf.add(sum, part)) as tf.Scalar
}

function withObjective<trace extends Trace>(
  model: Autoencoder & Trainable<trace>,
  objective: Objective<trace, string>,
): Trainable {
  return { ...model, objective } as unknown as Trainable
}

/** The model with only some of its variables trainable and its state fixed: with a moving codebook it is not a function of them. */
function only(model: Trainable, names: RegExp): Trainable {
  const variables = Object.fromEntries(Object.entries(model.variables).filter(([name]) => names.test(name)))
  return { ...model, variables, trace: (batch, options) => model.trace(batch, { ...options, training: false }) }
}
