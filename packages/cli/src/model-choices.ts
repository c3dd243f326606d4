// The models that `--model` names, from the catalogue of @ae/models: how each is made and judged; and its pictures.
import type { Autoencoder, SavableModel } from '@ae/core'
import { withLabels } from '@ae/datasets'
import {
  type ConditionalVae,
  codeSampler,
  convolutionalArchitecture,
  type DenoisingAutoencoder,
  denseArchitecture,
  mixtureSampler,
  type Sampler,
  type VariationalAutoencoder,
  type VqVae,
} from '@ae/models'
import { type ModelRow, models } from '@ae/models/internal'
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
import { codesPlot, klPlot, lossesPlot } from './plots.ts'
import { pretrainThenTrain } from './pretrain-then-train.ts'
import {
  choice,
  labelled,
  type ModelChoice,
  type Network,
  type Pictures,
  type Plan,
  reconstructionFigures,
} from './subject.ts'
import { tableFiles } from './table-files.ts'

/** The default of `--network`: dense layers, or convolutions for the codes of a VQ-VAE, which form a feature map. */
export function defaultNetwork(model: string): Network {
  return models.find(({ name }) => name === model)?.command.network ?? 'dense'
}

/** Of models whose prior draws samples. */
const variationalPictures: Pictures<VariationalAutoencoder & Sampler & SavableModel> = {
  'samples.png': samplesPicture,
  'reconstructions.png': reconstructionsPicture,
  'interpolations.png': interpolationsPicture,
  'losses.png': lossesPlot,
  'codes.png': codesPlot,
  'kl.png': klPlot,
}

/** Of models without a prior: their samples are decoded draws of a Gaussian mixture fitted to their codes. */
const deterministicPictures: Pictures<Autoencoder & SavableModel> = {
  'samples.png': async (model, source) =>
    samplesPicture(await mixtureSampler(model, source.data, { limit: 5000, iterations: 20 }), source),
  'reconstructions.png': reconstructionsPicture,
  'losses.png': lossesPlot,
  'codes.png': codesPlot,
}

// biome-ignore lint/suspicious/noExplicitAny: rows of models of every kind
type AnyPlan = Plan<any>

/** Where a model is trained, or drawn, in a way of its own. */
const special: Readonly<Record<string, Partial<AnyPlan>>> = {
  vae: { pictures: { ...variationalPictures, 'walk.png': walkAnimation } },
  'stacked-autoencoder': { train: pretrainThenTrain },
  'denoising-autoencoder': {
    pictures: {
      'denoised.png': (model: Autoencoder & DenoisingAutoencoder, source) =>
        denoisedPicture(model, model.corruption, source),
      ...deterministicPictures,
    },
  },
  'conditional-vae': {
    batches: (data) => withLabels(labelled(data)),
    pictures: {
      'samples.png': (model: ConditionalVae, source) => classesPicture(model, source),
      'reconstructions.png': labelledReconstructionsPicture,
      'losses.png': lossesPlot,
    },
  },
  'beta-tc-vae': { pictures: { ...variationalPictures, 'traversals.png': traversalsPicture } },
  'vq-vae': {
    pictures: {
      'samples.png': async (model: VqVae, source) =>
        samplesPicture(await codeSampler(model, source.data, { limit: source.data.size }), source),
      'reconstructions.png': reconstructionsPicture,
      'losses.png': lossesPlot,
    },
  },
}

/** By the names that `--model` takes, the default first. */
export const modelChoices: Readonly<Record<string, ModelChoice>> = Object.fromEntries(
  [...models.filter(({ name }) => name === 'vae'), ...models.filter(({ name }) => name !== 'vae')].map((row) => [
    row.name,
    choice({ ...planOf(row), ...special[row.name] }),
  ]),
)

function planOf({ create, isVariational, command }: ModelRow): AnyPlan {
  const { options, hidden, channels = [32, 64], figures } = command
  return {
    make({ inputShape, seed, likelihood, ...setting }) {
      const architecture =
        setting.network === 'dense' ? denseArchitecture({ hidden }) : convolutionalArchitecture({ channels })
      return create({ inputShape, architecture, seed, ...options(setting), ...(likelihood && { likelihood }) })
    },
    ...(figures === undefined ? { objective: reconstructionFigures, figures: ['mse', 'nats'] } : { figures }),
    pictures: isVariational ? variationalPictures : deterministicPictures,
    tables: { ...tableFiles, 'losses.png': lossesPlot },
  }
}
