// The models that `--model` names: the network of each, what it is judged by, and its pictures.
import type { Autoencoder } from '@ae/core'
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
  labelledReconstructionsPicture,
  reconstructionsPicture,
  samplesPicture,
  traversalsPicture,
  walkAnimation,
} from './pictures.ts'
import { pretrainThenTrain } from './pretrain-then-train.ts'
import {
  choice,
  type ModelChoice,
  type ModelSetting,
  type Network,
  type Pictures,
  reconstructionFigures,
} from './subject.ts'

/** The default of `--network`: dense layers, or convolutions for the codes of a VQ-VAE, which form a feature map. */
export function defaultNetwork(model: string): Network {
  return model === 'vq-vae' ? 'convolutional' : 'dense'
}

const variationalPictures: Pictures<VariationalAutoencoder> = {
  'samples.png': samplesPicture,
  'reconstructions.png': reconstructionsPicture,
  'interpolations.png': interpolationsPicture,
}

/** An autoencoder without a prior: its samples are decoded draws of a Gaussian mixture fitted to its codes. */
const deterministic = {
  objective: reconstructionFigures,
  figures: ['mse', 'nats'],
  pictures: {
    'samples.png': async (model, source) =>
      samplesPicture(await mixtureSampler(model, source.data, { limit: 5000, iterations: 20 }), source),
    'reconstructions.png': reconstructionsPicture,
  } satisfies Pictures<Autoencoder>,
}

const corruption = gaussianNoise({ standardDeviation: 0.3 })

/** By the names that `--model` takes. */
export const modelChoices: Readonly<Record<string, ModelChoice>> = {
  vae: choice({
    make: ({ inputShape, network, seed }: ModelSetting) =>
      vae({ inputShape, latentSize: 20, architecture: architectureOf(network, [400]), seed }),
    figures: ['reconstruction', 'kl'],
    pictures: { ...variationalPictures, 'walk.png': walkAnimation },
  }),
  autoencoder: choice({ make: plainAutoencoder, ...deterministic }),
  'stacked-autoencoder': choice({
    make: ({ inputShape, network, seed }: ModelSetting) =>
      stackedAutoencoder({ inputShape, codeSize: 64, architecture: architectureOf(network, [256, 128]), seed }),
    train: pretrainThenTrain,
    ...deterministic,
  }),
  'sparse-autoencoder': choice({
    make: ({ inputShape, network, seed }: ModelSetting) =>
      sparseAutoencoder({ inputShape, codeSize: 64, architecture: architectureOf(network, [256, 128]), seed }),
    ...deterministic,
  }),
  'denoising-autoencoder': choice({
    make: (setting: ModelSetting) => denoisingAutoencoder({ model: plainAutoencoder(setting), corruption }),
    ...deterministic,
    pictures: {
      'denoised.png': (model, source) => denoisedPicture(model, corruption, source),
      ...deterministic.pictures,
    },
  }),
  'contractive-autoencoder': choice({
    make: ({ inputShape, network, seed }: ModelSetting) =>
      contractiveAutoencoder({
        inputShape,
        architecture: architectureOf(network, []),
        // A deep encoder stretches far more, and under sigmoids it comes to rest at the mean image.
        ...(network === 'dense' ? {} : { codeActivation: 'relu', weight: 0.01 }),
        seed,
      }),
    ...deterministic,
  }),
  'conditional-vae': choice({
    make: ({ inputShape, network, seed, classes }: ModelSetting) =>
      conditionalVae({ inputShape, latentSize: 6, classes, architecture: architectureOf(network, [400]), seed }),
    batches: withLabels,
    figures: ['reconstruction', 'kl'],
    pictures: { 'samples.png': classesPicture, 'reconstructions.png': labelledReconstructionsPicture },
  }),
  iwae: choice({
    make: ({ inputShape, network, seed }: ModelSetting) =>
      iwae({ inputShape, latentSize: 20, samples: 5, architecture: architectureOf(network, [400]), seed }),
    figures: ['bound'],
    pictures: variationalPictures,
  }),
  'beta-tc-vae': choice({
    make: ({ inputShape, network, seed, exampleCount }: ModelSetting) =>
      betaTcVae({ inputShape, latentSize: 20, exampleCount, architecture: architectureOf(network, [400]), seed }),
    figures: ['reconstruction', 'mutualInformation', 'totalCorrelation', 'dimensionWiseKl'],
    pictures: { ...variationalPictures, 'traversals.png': traversalsPicture },
  }),
  'vq-vae': choice({
    make: ({ inputShape, network, seed }: ModelSetting) =>
      vqVae({ inputShape, architecture: architectureOf(network, [400], [16, 32]), seed }),
    figures: ['reconstruction', 'commitment', 'perplexity'],
    pictures: {
      'samples.png': async (model, source) =>
        samplesPicture(await codeSampler(model, source.data, { limit: source.data.size }), source),
      'reconstructions.png': reconstructionsPicture,
    },
  }),
}

function plainAutoencoder({ inputShape, network, seed }: ModelSetting) {
  return autoencoder({ inputShape, codeSize: 64, architecture: architectureOf(network, [256, 128]), seed })
}

function architectureOf(network: Network, hidden: readonly number[], channels = [32, 64]): Architecture {
  return network === 'dense' ? denseArchitecture({ hidden }) : convolutionalArchitecture({ channels })
}
