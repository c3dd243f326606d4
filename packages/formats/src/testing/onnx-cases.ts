// Models of every kind of network that there is, with weights that are not those of a fresh model.
import { normals, type SavableModel, sizeOfShape, uniforms } from '@ae/core'
import {
  bernoulli,
  categorical,
  continuousBernoulli,
  discretizedLogistic,
  gaussian,
  laplace,
  type MixedPart,
  mixed,
  squaredError,
} from '@ae/losses'
import {
  activations,
  autoencoder,
  convolutionalArchitecture,
  denseArchitecture,
  layersArchitecture,
  sparseAutoencoder,
  vae,
  vqVae,
} from '@ae/models'
import { models } from '@ae/models/internal'
import * as tf from '@tensorflow/tfjs-core'

/** A model to export. */
export interface OnnxCase {
  readonly name: string
  create(): SavableModel
}

const image = [9, 7, 2]
const signal = [13, 3]
const convolutional = (options: Parameters<typeof convolutionalArchitecture>[0] = {}) =>
  convolutionalArchitecture({ channels: [3, 4], ...options })

const networks = {
  dense: { architecture: denseArchitecture({ hidden: [12, 6] }) },
  'dense, batch normalisation': { architecture: denseArchitecture({ hidden: [12, 6], normalization: 'batch' }) },
  'dense, layer normalisation': { architecture: denseArchitecture({ hidden: [12], normalization: 'layer' }) },
  convolutional: { architecture: convolutional() },
  'convolutional, dense layers too': { architecture: convolutional({ hidden: [10], normalization: 'batch' }) },
  'convolutional, layer normalisation': {
    architecture: convolutional({ normalization: 'layer', upsampling: 'resize' }),
  },
  'convolutional, resized, filters of 4': { architecture: convolutional({ upsampling: 'resize', kernelSize: 4 }) },
  'convolutional, filters of 1 with stride 3': {
    architecture: convolutional({ channels: [4], kernelSize: 1, stride: 3 }),
  },
  'convolutional, filters of 5 with stride 1': { architecture: convolutional({ kernelSize: 5, stride: 1 }) },
}

/** Networks described layer by layer: with an epsilon of its own, and convolutions that take vectors. */
const described = layersArchitecture({
  encoder: [
    {
      kind: 'convolution',
      channels: 3,
      kernelSize: 3,
      stride: 2,
      activation: 'relu',
      normalization: 'batch',
      epsilon: 0.1,
    },
    { kind: 'dense', shape: [7], activation: 'leakyRelu', normalization: 'layer', epsilon: 0.1 },
  ],
  decoder: [
    { kind: 'dense', shape: [40], activation: 'swish' },
    { kind: 'transposedConvolution', inputShape: [5, 4, 2], channels: 4, kernelSize: 3, stride: 2, size: [9, 7] },
    { kind: 'convolution', channels: 2, kernelSize: 3 },
  ],
})

const likelihoods = [
  bernoulli,
  continuousBernoulli,
  categorical({ classes: 5 }),
  discretizedLogistic({ levels: 16 }),
  gaussian(),
  gaussian({ standardDeviation: 'shared' }),
  gaussian({ standardDeviation: 'perFeature' }),
  laplace(),
  laplace({ scale: 'perFeature' }),
  squaredError(),
  squaredError({ activation: 'sigmoid' }),
]

/** Of 13 features and the last categories. */
const partsOf = (rest: number, standardDeviation: number | 'perFeature'): readonly MixedPart[] => [
  { kind: 'categorical', size: 3 },
  { kind: 'gaussian', standardDeviation, missing: 'modelled' },
  { kind: 'bernoulli', size: 2, missing: 'ignored' },
  { kind: 'gaussian', standardDeviation: 0.5, missing: 'ignored' },
  { kind: 'categorical', size: 2 },
  { kind: 'bernoulli' },
  { kind: 'categorical', size: rest },
]

/** Every model, with dense and with convolutional networks. */
const everyModel = models.flatMap((row) =>
  [['dense', {}] as const, ['convolutional', { architecture: convolutional({ normalization: 'batch' }) }] as const].map(
    ([network, choice]): OnnxCase => {
      const own =
        row.name === 'vq-vae' && network === 'convolutional'
          ? { codebookSize: 16, embeddingSize: 4 }
          : row.small.options
      return {
        name: `${row.name}, ${network}`,
        create: () => row.create({ inputShape: image, seed: 3, ...choice, ...own }),
      }
    },
  ),
)

/** What the exporter is tested with. */
export const onnxCases: readonly OnnxCase[] = [
  ...everyModel,
  ...Object.entries(networks).flatMap(([name, choice]) =>
    [image, signal].map((inputShape) => ({
      name: `${name}, [${inputShape.join(', ')}]`,
      create: () => vae({ inputShape, latentSize: 4, seed: 5, ...choice }),
    })),
  ),
  ...[...activations, 'leakyRelu(0.01)' as const].map((activation) => ({
    name: `activation ${activation}`,
    create: () =>
      autoencoder({
        inputShape: image,
        codeSize: 5,
        codeActivation: activation,
        architecture: convolutional({ activation }),
      }),
  })),
  ...likelihoods.flatMap((likelihood) =>
    ['dense', 'convolutional'].map((network) => ({
      name: `likelihood ${JSON.stringify(likelihood.config)}, ${network}`,
      create: () =>
        vae({
          inputShape: image,
          latentSize: 4,
          likelihood,
          architecture: network === 'dense' ? denseArchitecture({ hidden: [8] }) : convolutional(),
        }),
    })),
  ),
  ...(['perFeature', 2] as const).map((standardDeviation) => ({
    name: `likelihood mixed, standard deviation ${standardDeviation}`,
    create: () => {
      const likelihood = mixed({ parts: partsOf(4, standardDeviation) })
      return vae({ inputShape: [17], latentSize: 4, hidden: [8], likelihood })
    },
  })),
  {
    name: 'likelihood mixed of numbers alone',
    create: () =>
      vae({
        inputShape: [3],
        latentSize: 2,
        hidden: [],
        likelihood: mixed({ parts: [{ kind: 'gaussian', size: 3 }] }),
      }),
  },
  {
    name: 'likelihood mixed of an image',
    create: () => {
      const likelihood = mixed({ parts: partsOf(126 - 13, 'perFeature') })
      return vae({ inputShape: image, latentSize: 4, likelihood, architecture: convolutional() })
    },
  },
  {
    name: 'top-k',
    create: () =>
      sparseAutoencoder({ inputShape: [6], hidden: [5], codeSize: 8, sparsity: { kind: 'topK', count: 3 } }),
  },
  {
    name: 'layers one by one',
    create: () =>
      vae({
        inputShape: image,
        latentSize: 3,
        architecture: described,
        likelihood: gaussian({ standardDeviation: 'perFeature' }),
      }),
  },
  { name: 'without hidden layers', create: () => vae({ inputShape: [2, 3, 4, 2], hidden: [], latentSize: 3 }) },
  {
    name: 'vq-vae, one position of a feature map',
    create: () =>
      vqVae({ inputShape: image, positions: 1, embeddingSize: 4, codebookSize: 8, architecture: convolutional() }),
  },
]

/** Gives every variable other numbers, so that no bias is 0 and no statistic that of a fresh model. */
export function disturb({ variables, state }: SavableModel): void {
  for (const [name, variable] of Object.entries({ ...variables, ...state })) {
    const { shape, size } = variable
    const values = name.endsWith('.variance')
      ? uniforms(name, {}, size).map((value) => value + 0.5)
      : normals(name, {}, size).map((value) => value * Math.min(1, 2 / Math.sqrt(sizeOfShape(shape.slice(0, -1)))))
    tf.tidy(() => variable.assign(tf.tensor(values, shape)))
  }
}
