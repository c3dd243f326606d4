// The options of every model as a table of plain data: what the command's flags, its help and its documentation are made from.
// `catalogue-options.test.ts` holds each row to what the factory takes. Imports nothing that computes.
import { activations } from './networks/activation.ts'
import { normalizations } from './networks/normalization.ts'

/**
 * What an option takes. `count`: an integer of at least 1; `counts`: a list of them; `number`: also one of `choices`, if there
 * are any; `choice`: one of `choices`; `activation`: one of `choices`, or `leakyRelu(slope)`; `kind`: an object with a `kind` and
 * the options of that kind.
 */
export type ModelOptionType = 'count' | 'counts' | 'integer' | 'number' | 'choice' | 'activation' | 'kind'

/** What is known of an option. */
export interface ModelOption {
  /** As the factory takes it. */
  readonly name: string
  /** What it takes. */
  readonly type: ModelOptionType
  /** What it means, in a line without a full stop. */
  readonly meaning: string
  /** Its value if it is left out. */
  readonly default?: number | string | readonly number[]
  /** What it is if it is left out, where that is no single value. */
  readonly otherwise?: string
  /** Whether it must be given. */
  readonly isRequired?: boolean
  /** Whether the data decide it, so that the command needs no flag for it. */
  readonly isFromData?: boolean
  /** The smallest value. */
  readonly minimum?: number
  /** A number that every value is above. */
  readonly above?: number
  /** The largest value. */
  readonly maximum?: number
  /** A number that every value is below. */
  readonly below?: number
  /** The values that it takes. */
  readonly choices?: readonly string[]
  /** The kinds that it takes, by name. */
  readonly kinds?: Readonly<Record<string, OptionKind>>
}

/** One of the kinds of an option. */
export interface OptionKind {
  /** In a line without a full stop. */
  readonly meaning: string
  /** The options beside `kind`. */
  readonly options: readonly ModelOption[]
}

const activation: ModelOption = {
  name: 'activation',
  type: 'activation',
  choices: activations,
  default: 'relu',
  meaning: 'the activation of the hidden layers',
}

const hidden = (widths: readonly number[], of = "the dense encoder's hidden layers"): ModelOption => ({
  name: 'hidden',
  type: 'counts',
  default: widths,
  meaning: `the widths of ${of}; the decoder mirrors them`,
})

const normalization: ModelOption = {
  name: 'normalization',
  type: 'choice',
  choices: normalizations,
  default: 'none',
  meaning: 'how the sums of hidden layers are normalised before the activation',
}

const architecture = (): ModelOption => ({
  name: 'architecture',
  type: 'kind',
  otherwise: 'dense',
  meaning: 'what the networks are built of',
  kinds: {
    dense: {
      meaning: 'dense layers: for small images, rows of a table and signals of one axis',
      options: [hidden([400], 'the hidden layers'), activation, normalization],
    },
    convolutional: {
      meaning: 'strided convolutions, for images and signals',
      options: [
        {
          name: 'channels',
          type: 'counts',
          default: [32, 64],
          meaning: "the channels after each of the encoder's convolutions; the decoder mirrors them",
        },
        { name: 'kernelSize', type: 'count', default: 3, meaning: 'height and width of every filter' },
        {
          name: 'stride',
          type: 'count',
          default: 2,
          meaning: 'by how much each convolution divides height and width, rounded up',
        },
        activation,
        {
          name: 'upsampling',
          type: 'choice',
          choices: ['transpose', 'resize'],
          default: 'transpose',
          meaning: 'how the decoder enlarges; resize draws no checkerboards',
        },
        normalization,
        hidden([], 'dense layers between the convolutions and the code'),
      ],
    },
  },
})

const learnedScale = ['shared', 'perFeature']

const likelihood = (kind: string): ModelOption => ({
  name: 'likelihood',
  type: 'kind',
  otherwise: kind,
  meaning: "what the decoder's output means",
  kinds: {
    bernoulli: { meaning: 'the probability of a 1, for data in [0, 1]', options: [] },
    squaredError: {
      meaning: 'the squared error, summed over features; not in nats',
      options: [
        {
          name: 'activation',
          type: 'choice',
          choices: ['linear', 'sigmoid'],
          default: 'linear',
          meaning: "from the decoder's output to the reconstruction; sigmoid is for data in [0, 1]",
        },
      ],
    },
    gaussian: {
      meaning: 'a normal distribution around the output, for any numbers',
      options: [
        {
          name: 'standardDeviation',
          type: 'number',
          above: 0,
          choices: learnedScale,
          default: 1,
          meaning: "in the data's unit; or learned, once for all features or for each",
        },
        {
          name: 'minimumStandardDeviation',
          type: 'number',
          above: 0,
          otherwise: '0.01 if it is learned; not taken if it is fixed',
          meaning: 'the smallest standard deviation that is learned',
        },
      ],
    },
    laplace: {
      meaning: 'a Laplace distribution around the output, for any numbers: absolute errors',
      options: [
        {
          name: 'scale',
          type: 'number',
          above: 0,
          choices: learnedScale,
          default: 1,
          meaning: "the mean absolute deviation in the data's unit; or learned, once for all features or for each",
        },
        {
          name: 'minimumScale',
          type: 'number',
          above: 0,
          otherwise: '0.01 if it is learned; not taken if it is fixed',
          meaning: 'the smallest scale that is learned',
        },
      ],
    },
    continuousBernoulli: { meaning: 'a normalised density for data in [0, 1]', options: [] },
    discretizedLogistic: {
      meaning: 'probabilities of grey levels, for data in [0, 1]',
      options: [{ name: 'levels', type: 'count', minimum: 2, default: 256, meaning: 'the number of grey levels' }],
    },
    categorical: {
      meaning: 'probabilities of levels that have no order, for data in [0, 1]',
      options: [
        {
          name: 'classes',
          type: 'count',
          minimum: 2,
          isRequired: true,
          meaning: 'the number of levels: 2 is black and white, 256 is all of 8 bits',
        },
      ],
    },
  },
})

const inputShape: ModelOption = {
  name: 'inputShape',
  type: 'counts',
  isRequired: true,
  isFromData: true,
  meaning: 'the shape of an example',
}

const seed = (): ModelOption => ({
  name: 'seed',
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  default: 0,
  meaning: 'seeds the initial weights',
})

/** The options of every model: before and after its own. */
const common = (widths: readonly number[], kind: string) => ({
  before: [inputShape],
  after: [architecture(), hidden(widths), activation, likelihood(kind), seed()],
})

const codeActivation: ModelOption = {
  name: 'codeActivation',
  type: 'activation',
  choices: activations,
  meaning: 'the activation of the code',
}

interface DeterministicDefaults {
  /** Of hidden layers. */
  readonly widths?: readonly number[]
  /** Of the activation of the code. */
  readonly code?: Pick<ModelOption, 'default' | 'otherwise'>
}

/** The options of a deterministic autoencoder. */
function deterministic(
  own: readonly ModelOption[] = [],
  { widths = [256, 128], code = { default: 'relu' } }: DeterministicDefaults = {},
): readonly ModelOption[] {
  const { before, after } = common(widths, 'squaredError with activation sigmoid')
  const codeSize: ModelOption = { name: 'codeSize', type: 'count', default: 64, meaning: 'the length of the code' }
  return [...before, codeSize, { ...codeActivation, ...code }, ...own, ...after]
}

/** The options of a VAE. */
function variational(own: readonly ModelOption[] = []): readonly ModelOption[] {
  const { before, after } = common([400], 'bernoulli')
  const latentSize: ModelOption = {
    name: 'latentSize',
    type: 'count',
    isRequired: true,
    meaning: 'the number of latents',
  }
  return [...before, latentSize, ...own, ...after]
}

const weight = (name: string, value: number, meaning: string): ModelOption => ({
  name,
  type: 'number',
  minimum: 0,
  default: value,
  meaning,
})

/** A share: at least 0, below 1. */
const fraction = (name: string, value: number, meaning: string): ModelOption => ({
  ...weight(name, value, meaning),
  below: 1,
})

const rate = (meaning: string): ModelOption => ({
  name: 'rate',
  type: 'number',
  minimum: 0,
  maximum: 1,
  default: 0.25,
  meaning,
})

const corruption = (): ModelOption => ({
  name: 'corruption',
  type: 'kind',
  otherwise: 'gaussianNoise',
  meaning: 'what corrupts the examples that the encoder sees',
  kinds: {
    gaussianNoise: {
      meaning: 'normal noise, not clipped',
      options: [weight('standardDeviation', 0.3, "of the noise, in the data's unit")],
    },
    maskingNoise: { meaning: 'features set to 0', options: [rate('the probability of each')] },
    saltAndPepperNoise: { meaning: 'features set to 0 or 1', options: [rate('the probability of each')] },
  },
})

const sparsity = (): ModelOption => ({
  name: 'sparsity',
  type: 'kind',
  otherwise: 'kl',
  meaning: 'how the code is kept sparse',
  kinds: {
    kl: {
      meaning: "each unit's mean activation over a batch is drawn to a rate",
      options: [
        { name: 'rate', type: 'number', above: 0, below: 1, default: 0.05, meaning: 'the mean activation to reach' },
        {
          name: 'weight',
          type: 'number',
          minimum: 0,
          otherwise: '0.001 times the number of features',
          meaning: 'how much the divergence counts against the reconstruction',
        },
      ],
    },
    l1: {
      meaning: 'the sizes of all activations are added up',
      options: [weight('weight', 0.02, 'how much the sum counts against the reconstruction')],
    },
    topK: {
      meaning: 'only the largest activations of each example are kept',
      options: [{ name: 'count', type: 'count', isRequired: true, meaning: 'how many are kept, at most codeSize' }],
    },
  },
})

/** The options of each model of the catalogue, by its name. */
export const modelOptions = /* @__PURE__ */ tableOfOptions()

/** A function, so that a bundler leaves the table out of programs that do not use it. */
function tableOfOptions(): Readonly<Record<string, readonly ModelOption[]>> {
  return {
    autoencoder: deterministic(),
    'stacked-autoencoder': deterministic(),
    'sparse-autoencoder': deterministic([sparsity()], {
      code: { otherwise: 'sigmoid with kl, relu with l1, linear with topK' },
    }),
    'denoising-autoencoder': deterministic([corruption()]),
    'contractive-autoencoder': deterministic(
      [weight('weight', 1, 'how much the contraction counts against the reconstruction')],
      {
        widths: [],
        code: { default: 'sigmoid' },
      },
    ),
    vae: variational(),
    'conditional-vae': variational([
      {
        name: 'classes',
        type: 'count',
        isRequired: true,
        isFromData: true,
        meaning: 'the number of labels, which count from 0',
      },
    ]),
    iwae: variational([
      { name: 'samples', type: 'count', default: 5, meaning: 'codes drawn for each example in training' },
      {
        name: 'gradient',
        type: 'choice',
        choices: ['standard', 'doublyReparameterized'],
        default: 'standard',
        meaning: "how the encoder's gradient is estimated; doublyReparameterized has less noise",
      },
    ]),
    'beta-tc-vae': variational([
      {
        name: 'exampleCount',
        type: 'count',
        isRequired: true,
        isFromData: true,
        meaning: 'the number of examples in the training data',
      },
      weight('alpha', 1, 'the weight of the mutual information of example and code'),
      weight('beta', 6, 'the weight of the total correlation of the latents'),
      weight('gamma', 1, "the weight of each latent's divergence from the prior"),
    ]),
    'vq-vae': [
      inputShape,
      { name: 'codebookSize', type: 'count', default: 64, meaning: 'how many vectors the codebook has' },
      { name: 'embeddingSize', type: 'count', default: 16, meaning: 'the length of each vector' },
      {
        name: 'positions',
        type: 'count',
        otherwise: '16 with dense layers; with convolutions one for each place of the feature map',
        meaning: 'how many vectors make a code',
      },
      {
        name: 'codebook',
        type: 'choice',
        choices: ['movingAverage', 'loss'],
        default: 'movingAverage',
        meaning: 'what moves the codebook',
      },
      fraction('decay', 0.98, 'what the moving averages keep at each step'),
      weight('commitmentWeight', 0.25, 'the weight of the term commitment'),
      fraction(
        'restart',
        0.5,
        'a vector restarts when its usage falls below this share of an equal one; 0 never restarts one',
      ),
      ...common([400], 'squaredError with activation sigmoid').after,
    ],
  }
}
