// The models that `--model` names: the network of each, what it is judged by, and its pictures.
import type { Shape } from '@ae/core'
import { withLabels } from '@ae/datasets'
import {
  type Architecture,
  autoencoder,
  betaTcVae,
  codeSampler,
  conditionalVae,
  contractiveAutoencoder,
  convolutionalArchitecture,
  denoisingAutoencoder,
  denseArchitecture,
  gaussianNoise,
  iwae,
  mixtureSampler,
  sparseAutoencoder,
  stackedAutoencoder,
  type VariationalAutoencoder,
  vae,
  vqVae,
} from '@ae/models'
import {
  classesPicture,
  denoisedPicture,
  interpolationsPicture,
  reconstructionsPicture,
  samplesPicture,
  traversalsPicture,
  walkAnimation,
} from './pictures.ts'
import { pretrainThenTrain } from './pretrain-then-train.ts'
import {
  type PictureSource,
  reconstructionFigures,
  type Subject,
  subjectOf,
  type TrainableAutoencoder,
} from './subject.ts'

/** What a model is made for. */
export interface ModelSetting {
  readonly inputShape: Shape
  readonly network: Network
  readonly seed: number
  /** Training images. */
  readonly exampleCount: number
  /** Different labels. */
  readonly classes: number
}

/** What `--network` names. */
export const networks = ['dense', 'convolutional'] as const

/** One of {@link networks}. */
export type Network = (typeof networks)[number]

/** What a model is built of unless `--network` says: dense layers, but for codes that lie on a map. */
export function defaultNetwork(model: string): Network {
  return model === 'vq-vae' ? 'convolutional' : 'dense'
}

/** By the names that `--model` takes. */
export const modelChoices: Readonly<Record<string, (setting: ModelSetting) => Subject>> = {
  vae: ({ inputShape, network, seed }) => {
    const model = vae({ inputShape, latentSize: 20, architecture: architectureOf(network, [400]), seed })
    return subjectOf(model, {
      figures: ['reconstruction', 'kl'],
      pictures: { ...variationalPictures(model), 'walk.png': (source) => walkAnimation(model, source) },
    })
  },
  autoencoder: ({ inputShape, network, seed }) =>
    deterministic(autoencoder({ inputShape, codeSize: 64, architecture: architectureOf(network, [256, 128]), seed })),
  'stacked-autoencoder': ({ inputShape, network, seed }) => {
    const architecture = architectureOf(network, [256, 128])
    const model = stackedAutoencoder({ inputShape, codeSize: 64, architecture, seed })
    return { ...deterministic(model), train: (digits, options) => pretrainThenTrain(model, digits, options) }
  },
  'sparse-autoencoder': ({ inputShape, network, seed }) => {
    const architecture = architectureOf(network, [256, 128])
    const model = sparseAutoencoder({ inputShape, codeSize: 64, architecture, seed })
    return deterministic(model)
  },
  'denoising-autoencoder': ({ inputShape, network, seed }) => {
    const corruption = gaussianNoise({ standardDeviation: 0.3 })
    const inner = autoencoder({ inputShape, codeSize: 64, architecture: architectureOf(network, [256, 128]), seed })
    const model = denoisingAutoencoder({ model: inner, corruption })
    const { pictures, ...subject } = deterministic(model)
    return {
      ...subject,
      pictures: { 'denoised.png': (source) => denoisedPicture(model, corruption, source), ...pictures },
    }
  },
  'contractive-autoencoder': ({ inputShape, network, seed }) =>
    deterministic(
      contractiveAutoencoder({
        inputShape,
        architecture: architectureOf(network, []),
        // A deep encoder stretches far more, and under sigmoids it comes to rest at the mean image.
        ...(network === 'dense' ? {} : { codeActivation: 'relu', weight: 0.01 }),
        seed,
      }),
    ),
  'conditional-vae': ({ inputShape, network, seed, classes }) => {
    const architecture = architectureOf(network, [400])
    const model = conditionalVae({ inputShape, latentSize: 6, classes, architecture, seed })
    return subjectOf(model, {
      batches: withLabels,
      figures: ['reconstruction', 'kl'],
      pictures: { 'samples.png': ({ seed }) => classesPicture(model, seed) },
    })
  },
  iwae: ({ inputShape, network, seed }) => {
    const model = iwae({ inputShape, latentSize: 20, samples: 5, architecture: architectureOf(network, [400]), seed })
    return subjectOf(model, { figures: ['bound'], pictures: variationalPictures(model) })
  },
  'beta-tc-vae': ({ inputShape, network, seed, exampleCount }) => {
    const architecture = architectureOf(network, [400])
    const model = betaTcVae({ inputShape, latentSize: 20, exampleCount, architecture, seed })
    return subjectOf(model, {
      figures: ['reconstruction', 'mutualInformation', 'totalCorrelation', 'dimensionWiseKl'],
      pictures: { ...variationalPictures(model), 'traversals.png': (source) => traversalsPicture(model, source) },
    })
  },
  'vq-vae': ({ inputShape, network, seed }) => {
    const model = vqVae({ inputShape, architecture: architectureOf(network, [400], [16, 32]), seed })
    return subjectOf(model, {
      figures: ['reconstruction', 'commitment', 'perplexity'],
      pictures: {
        'samples.png': async ({ digits, seed }) =>
          samplesPicture(await codeSampler(model, digits, { limit: digits.size }), seed),
        'reconstructions.png': (source) => reconstructionsPicture(model, source),
      },
    })
  },
}

function architectureOf(network: Network, hidden: readonly number[], channels = [32, 64]): Architecture {
  return network === 'dense' ? denseArchitecture({ hidden }) : convolutionalArchitecture({ channels })
}

/** An autoencoder without a prior: its samples are decoded draws of a Gaussian mixture fitted to its codes. */
function deterministic(model: TrainableAutoencoder): Subject {
  return subjectOf(model, {
    objective: reconstructionFigures,
    figures: ['mse', 'nats'],
    pictures: {
      'samples.png': async ({ digits, seed }) =>
        samplesPicture(await mixtureSampler(model, digits, { limit: 5000, iterations: 20 }), seed),
      'reconstructions.png': (source) => reconstructionsPicture(model, source),
    },
  })
}

function variationalPictures(model: VariationalAutoencoder): Subject['pictures'] {
  return {
    'samples.png': ({ seed }) => samplesPicture(model, seed),
    'reconstructions.png': (source) => reconstructionsPicture(model, source),
    'interpolations.png': (source: PictureSource) => interpolationsPicture(model, source),
  }
}
