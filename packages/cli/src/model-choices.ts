// The models that `--model` names, from the catalogue of @ae/models: how each is made and judged; and its pictures.
import type { Autoencoder, Json, SavableModel } from '@ae/core'
import { withLabels } from '@ae/datasets'
import {
  type ConditionalVae,
  type DenoisingAutoencoder,
  pretrain,
  type Sampler,
  type StackedAutoencoder,
  type VariationalAutoencoder,
} from '@ae/models'
import { createFromJson, type ModelRow, models } from '@ae/models/internal'
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
import { samplerOf } from './samplers.ts'
import { signalPictures } from './signals.ts'
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

/** Of models whose codes are no points in a space. */
const lossesAlone: Pictures<SavableModel> = { 'losses.png': lossesPlot }

const plots: Pictures<Autoencoder & SavableModel> = { ...lossesAlone, 'codes.png': codesPlot }

const variationalPlots: Pictures<VariationalAutoencoder & SavableModel> = { ...plots, 'kl.png': klPlot }

/** Of models whose prior draws samples. */
const variationalPictures: Pictures<VariationalAutoencoder & Sampler & SavableModel> = {
  'samples.png': samplesPicture,
  'reconstructions.png': reconstructionsPicture,
  'interpolations.png': interpolationsPicture,
  ...variationalPlots,
}

/** Samples of a distribution that is fitted to the codes of the data. */
const fittedSamples: Pictures<Autoencoder>[string] = async (model, source) =>
  samplesPicture(await samplerOf(model, source.data), source)

/** Of models without a prior. */
const deterministicPictures: Pictures<Autoencoder & SavableModel> = {
  'samples.png': fittedSamples,
  'reconstructions.png': reconstructionsPicture,
  ...plots,
}

// biome-ignore lint/suspicious/noExplicitAny: rows of models of every kind
type AnyPlan = Plan<any>

/** Where a model is trained, or drawn, in a way of its own. */
const special: Readonly<Record<string, Partial<AnyPlan>>> = {
  vae: { pictures: { ...variationalPictures, 'walk.png': walkAnimation } },
  'stacked-autoencoder': {
    pretrain: (model: StackedAutoencoder, data, { epochs, ...options }) =>
      pretrain(model, data, { ...options, epochs: epochs === 0 ? 0 : 2 }),
  },
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
      ...lossesAlone,
    },
    plots: lossesAlone,
    tables: { ...tableFiles, ...lossesAlone },
  },
  'beta-tc-vae': { pictures: { ...variationalPictures, 'traversals.png': traversalsPicture } },
  'vq-vae': {
    pictures: {
      'samples.png': fittedSamples,
      'reconstructions.png': reconstructionsPicture,
      ...lossesAlone,
    },
    plots: lossesAlone,
    tables: { ...tableFiles, ...lossesAlone },
  },
}

/** By the names that `--model` takes, the default first. */
export const modelChoices: Readonly<Record<string, ModelChoice>> = Object.fromEntries(
  [...models.filter(({ name }) => name === 'vae'), ...models.filter(({ name }) => name !== 'vae')].map((row) => [
    row.name,
    choice({ ...planOf(row), ...special[row.name] }),
  ]),
)

type Options = Readonly<Record<string, Json>>

function planOf(row: ModelRow): AnyPlan {
  const { isVariational, command } = row
  const { options, hidden, channels = [32, 64], figures } = command
  return {
    async make({ inputShape, seed, likelihood, options: given, ...setting }) {
      const { network: kind } = setting
      const own = { ...options(setting), ...given } as Readonly<Record<string, Json>>
      const widths = kind === 'dense' ? { hidden } : { channels }
      const architecture = { kind, ...widths, ...(given.architecture as object | undefined) }
      return createFromJson(row, {
        ...own,
        inputShape,
        architecture,
        seed,
        ...(likelihood && { likelihood }),
      } as Options)
    },
    ...(figures === undefined ? { objective: reconstructionFigures, figures: ['mse', 'nats'] } : { figures }),
    pictures: isVariational ? variationalPictures : deterministicPictures,
    tables: { ...tableFiles, ...(isVariational ? variationalPlots : plots) },
    signals: signalPictures,
    plots: isVariational ? variationalPlots : plots,
  }
}
