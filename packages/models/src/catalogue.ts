// The models of this package, one row each: what the contract, the conformance suite, the command, the benchmark of quality and
// the tables of the docs are made from. A new model joins all of them by its row.
import type { Json, ModelKind, SavableModel, Shape, Trainable } from '@ae/core'
import { likelihoodFromConfig } from '@ae/losses'
import { autoencoder } from './autoencoder.ts'
import { betaTcVae } from './beta-tc-vae.ts'
import { type ModelOption, modelOptions } from './catalogue-options.ts'
import { conditionalVae } from './conditional-vae.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import type { Corruption } from './corruption/corruption.ts'
import { corruptionFromConfig } from './corruption/corruption-config.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { iwae } from './iwae.ts'
import type { ArchitectureChoice } from './networks/choose-architecture.ts'
import { architectureFromConfig, prepareOptions } from './saved-options.ts'
import { sparseAutoencoder } from './sparse-autoencoder.ts'
import { stackedAutoencoder } from './stacked-autoencoder.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

/** The options that every model has. */
export interface RowOptions extends ArchitectureChoice {
  readonly inputShape: Shape
  readonly seed?: number | undefined
}

/** What the command knows of its data when it makes a model. */
export interface CommandSetting {
  /** Training examples. */
  readonly exampleCount: number
  /** Different labels. */
  readonly classes: number
  /** What the networks are built of. */
  readonly network: 'dense' | 'convolutional'
}

/** A model of the package. */
export interface ModelRow {
  /** What `ae train --model` takes, and the name of its guide. */
  readonly name: string
  /** In prose. */
  readonly title: string
  /** In a line. */
  readonly summary: string
  /** The factory, as what `load` takes. */
  readonly factory: ModelKind<SavableModel>
  /** The kind that `load` needs too, where the model wraps another. */
  readonly wraps?: ModelKind<SavableModel>
  /** Its arguments, shortened. */
  readonly usage: string
  /** Who introduced it, and when. */
  readonly paper: string
  /** What it minimises unless told otherwise, in a line. */
  readonly objective: string
  /** The terms of that objective, in their order. */
  readonly terms: readonly string[]
  /** The type of its forward pass. */
  readonly trace: string
  /** Whether its codes are random, and new examples are drawn from a prior. */
  readonly isVariational: boolean
  /** Whether it needs the label of each example. */
  readonly isLabelled: boolean
  /** Whether the backend `wasm` replays its training steps. */
  readonly isReplayed: boolean
  /** Makes one, from the options of every model and its own. */
  create(options: RowOptions & Readonly<Record<string, unknown>>): SavableModel & Trainable
  /** A small one for tests: its own options, the length of its code, and how many codes a pass draws for each example. */
  readonly small: { readonly options: object; readonly codeSize: number; readonly samples?: number }
  /** As `ae train` makes it. */
  readonly command: {
    /** Its own options. */
    options(setting: CommandSetting): object
    /** The hidden widths of a dense network. */
    readonly hidden: readonly number[]
    /** The channels of a convolutional one. Defaults to `[32, 64]`. */
    readonly channels?: readonly number[]
    /** What the networks are built of. Defaults to `dense`. */
    readonly network?: 'convolutional'
    /** The terms that it is judged by; without any, the error of its reconstructions. */
    readonly figures?: readonly string[]
  }
}

/** What rows of deterministic autoencoders have in common. */
const deterministic = {
  terms: ['reconstruction'],
  trace: 'Trace',
  isVariational: false,
  isLabelled: false,
  isReplayed: true,
  small: { options: { codeSize: 8 }, codeSize: 8 },
  command: { options: () => ({ codeSize: 64 }), hidden: [256, 128] },
} satisfies Partial<ModelRow>

/** What rows of VAEs have in common. */
const variational = {
  terms: ['reconstruction', 'kl'],
  trace: 'GaussianTrace',
  isVariational: true,
  isLabelled: false,
  isReplayed: true,
  small: { options: { latentSize: 5 }, codeSize: 5 },
  command: { options: () => ({ latentSize: 20 }), hidden: [400], figures: ['reconstruction', 'kl'] },
} satisfies Partial<ModelRow>

/** Every model of the package, in the order of the docs. */
export const models = /* @__PURE__ */ rows()

/** A function, so that a bundler leaves the models out of programs that do not use the table. */
function rows(): readonly ModelRow[] {
  return [
    {
      ...deterministic,
      name: 'autoencoder',
      title: 'autoencoder',
      summary: 'compresses an image into a short code and reconstructs it',
      ...rowOf(autoencoder),
      usage: '{ inputShape, hidden, codeSize, ... }',
      paper: 'Rumelhart, Hinton and Williams 1986',
      objective: 'squared error',
    },
    {
      ...deterministic,
      name: 'stacked-autoencoder',
      title: 'stacked',
      summary: 'is pretrained layer by layer, then trained as a whole',
      ...rowOf(stackedAutoencoder),
      usage: '{ inputShape, hidden, ... }',
      paper: 'Bengio et al. 2007; Vincent et al. 2010',
      objective: 'squared error; `pretrain(model, data)` first, layer by layer',
    },
    {
      ...deterministic,
      name: 'sparse-autoencoder',
      title: 'sparse',
      summary: 'keeps few units active at a time: KL, L1 or top-k',
      ...rowOf(sparseAutoencoder),
      usage: '{ inputShape, sparsity, ... }',
      paper: 'Ng 2011; Makhzani and Frey 2013',
      objective: 'squared error + KL or L1; or only the top k activations kept',
      terms: ['reconstruction', 'sparsity'],
    },
    {
      ...deterministic,
      name: 'denoising-autoencoder',
      title: 'denoising',
      summary: 'wraps any model; reconstructs the clean image from a corrupted one',
      factory: denoisingAutoencoder,
      wraps: autoencoder,
      usage: '{ model, corruption }',
      paper: 'Vincent et al. 2008',
      objective: "the wrapped model's, against the clean example",
      create: ({ corruption, ...options }) => {
        const model = autoencoder(options)
        try {
          return denoisingAutoencoder({ model, corruption: corruption as Corruption }) as SavableModel & Trainable
        } catch (error) {
          model.dispose()
          throw error
        }
      },
    },
    {
      ...deterministic,
      name: 'contractive-autoencoder',
      title: 'contractive',
      summary: 'learns a code that changes little when the image does',
      ...rowOf(contractiveAutoencoder),
      usage: '{ inputShape, weight, ... }',
      paper: 'Rifai et al. 2011',
      objective: "squared error + the encoder's squared Jacobian",
      terms: ['reconstruction', 'contraction'],
      trace: 'ContractiveTrace',
      command: {
        // A deep encoder stretches far more, and under sigmoids it comes to rest at the mean image.
        options: ({ network }) => (network === 'dense' ? {} : { codeActivation: 'relu', weight: 0.01 }),
        hidden: [],
      },
    },
    {
      ...variational,
      name: 'vae',
      title: 'VAE',
      summary: 'encodes an image as a distribution; beta, capacity, free bits, annealing',
      ...rowOf(vae),
      usage: '{ inputShape, latentSize, hidden, ... }',
      paper: 'Kingma and Welling 2014',
      objective: 'negative ELBO',
    },
    {
      ...variational,
      name: 'conditional-vae',
      title: 'conditional VAE',
      summary: 'generates the digit you ask for',
      ...rowOf(conditionalVae),
      usage: '{ inputShape, latentSize, classes, ... }',
      paper: 'Sohn, Lee and Yan 2015',
      objective: 'negative ELBO, given the label',
      isLabelled: true,
      small: { options: { latentSize: 5, classes: 10 }, codeSize: 5 },
      command: { ...variational.command, options: ({ classes }) => ({ latentSize: 6, classes }) },
    },
    {
      ...variational,
      name: 'iwae',
      title: 'IWAE',
      summary: 'optimises a tighter bound, from several samples',
      ...rowOf(iwae),
      usage: '{ inputShape, latentSize, samples, gradient, ... }',
      paper: 'Burda, Grosse and Salakhutdinov 2016; Tucker et al. 2019',
      objective: 'importance weighted bound',
      terms: ['bound', 'reconstruction', 'kl'],
      trace: 'ImportanceWeightedTrace',
      small: { options: { latentSize: 5, samples: 3 }, codeSize: 5, samples: 3 },
      command: { options: () => ({ latentSize: 20, samples: 5 }), hidden: [400], figures: ['bound'] },
    },
    {
      ...variational,
      name: 'beta-tc-vae',
      title: 'beta-TC-VAE',
      summary: 'makes latents independent of one another',
      ...rowOf(betaTcVae),
      usage: '{ inputShape, latentSize, exampleCount, beta, ... }',
      paper: 'Chen et al. 2018',
      objective: 'ELBO with a weighted total correlation',
      terms: ['reconstruction', 'mutualInformation', 'totalCorrelation', 'dimensionWiseKl'],
      small: { options: { latentSize: 5, exampleCount: 512 }, codeSize: 5 },
      command: {
        options: ({ exampleCount }) => ({ latentSize: 20, exampleCount }),
        hidden: [400],
        figures: ['reconstruction', 'mutualInformation', 'totalCorrelation', 'dimensionWiseKl'],
      },
    },
    {
      ...deterministic,
      name: 'vq-vae',
      title: 'VQ-VAE',
      summary: 'learns a discrete code from a codebook',
      ...rowOf(vqVae),
      usage: '{ inputShape, codebookSize, embeddingSize, ... }',
      paper: 'van den Oord, Vinyals and Kavukcuoglu 2017',
      objective: 'squared error + 0.25 commitment; the codebook follows a moving average',
      terms: ['reconstruction', 'commitment', 'perplexity'],
      trace: 'QuantizedTrace',
      small: { options: { codebookSize: 16, embeddingSize: 4, positions: 8 }, codeSize: 32 },
      command: {
        options: () => ({}),
        hidden: [400],
        channels: [16, 32],
        network: 'convolutional',
        figures: ['reconstruction', 'commitment', 'perplexity'],
      },
    },
  ]
}

/** The members of a row that follow from a factory. A row knows no options of its own model but as names. */
function rowOf(factory: ModelKind<SavableModel> & ((options: never) => SavableModel)) {
  const create = factory as unknown as ModelRow['create']
  return { factory, create: (options: Parameters<typeof create>[0]) => create(options) }
}

/** Every option of a model, in the order of the docs. */
export function optionsOf({ name }: Pick<ModelRow, 'name'>): readonly ModelOption[] {
  return modelOptions[name] ?? []
}

/**
 * Makes a model from options that are JSON: `architecture`, `likelihood` and `corruption` by their kind and its options, e.g.
 * `{ kind: 'gaussian', standardDeviation: 'shared' }`.
 *
 * @param row of the catalogue
 * @param options as {@link optionsOf} lists them
 * @throws {OptionError} on a missing, unknown or bad option
 */
export async function createFromJson(
  row: ModelRow,
  options: Readonly<Record<string, Json | undefined>>,
): Promise<SavableModel & Trainable> {
  await prepareOptions(options)
  const made = Object.entries(options).map(([name, value]) => [name, value && (makers[name]?.(value) ?? value)])
  return row.create(Object.fromEntries(made))
}

/** What makes an option that is an object from its JSON. */
const makers: Readonly<Record<string, (config: Json) => unknown>> = {
  architecture: architectureFromConfig,
  likelihood: likelihoodFromConfig,
  corruption: corruptionFromConfig,
}
