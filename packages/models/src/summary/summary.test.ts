import '@tensorflow/tfjs-backend-cpu'
import { annotate, type NotedEpoch, type Shape, train } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { gaussian } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { autoencoder } from '../autoencoder.ts'
import { denoisingAutoencoder } from '../denoising-autoencoder.ts'
import { convolutionalArchitecture } from '../networks/convolutional-architecture.ts'
import { customArchitecture } from '../networks/custom-architecture.ts'
import { denseArchitecture } from '../networks/dense-architecture.ts'
import { vae } from '../vae.ts'
import { vqVae } from '../vq-vae.ts'
import { summary } from './summary.ts'

beforeAll(() => tf.setBackend('cpu'))

test('a summary prints as a table', async () => {
  using model = vae({
    inputShape: [28, 28, 1],
    latentSize: 20,
    likelihood: gaussian({ standardDeviation: 'shared' }),
    architecture: convolutionalArchitecture({ hidden: [100] }),
  })
  annotate(model, { classNames: ['cat', 'dog'], threshold: 31.5, metrics: { rocAuc: 0.97 } })
  expect(String(summary(model))).toMatchInlineSnapshot(`
    "Model:      vae
    Likelihood: gaussian
    Parameters: 674,146 F32
    Trained:    0 steps
    Classes:    ["cat", "dog"]
    Threshold:  31.5
    Metrics:    rocAuc 0.97

    layer              type                   output        parameters
    input                                     [28, 28, 1]
    encoder.0          convolution            [14, 14, 32]         320
    encoder.1          convolution            [7, 7, 64]        18,496
    encoder.2          dense                  [100]            313,700
    mean               dense                  [20]               2,020
    logVariance        dense                  [20]               2,020
    decoder.0          dense                  [100]              2,100
    decoder.1          dense                  [7, 7, 64]       316,736
    decoder.2          transposedConvolution  [14, 14, 32]      18,464
    decoder.3          transposedConvolution  [28, 28, 1]          289
    likelihood.shared  values                                        1"
  `)
})

test.each<[string, string | undefined, NotedEpoch[]]>([
  ['one epoch', 'epoch 3: total 7, validation 8', [{ epoch: 3, step: 9, total: 7, validation: 8 }]],
  [
    'the first, the best and the last of several epochs',
    'epoch 1: total 9; epoch 3 (best): total 4, validation 5; epoch 4 (last): total 3, validation 6',
    [
      { epoch: 1, step: 1, total: 9 },
      { epoch: 2, step: 2, total: 8, validation: 7 },
      { epoch: 3, step: 3, total: 4, validation: 5 },
      { epoch: 4, step: 4, total: 3, validation: 6 },
    ],
  ],
  [
    'two epochs of which the last is the best',
    'epoch 1: total 2; epoch 2 (best, last): total 1',
    [1, 2].map((epoch) => ({ epoch, step: epoch, total: 3 - epoch })),
  ],
  ['nothing of no epochs', undefined, []],
])('a summary prints %s', (_title, expected, history) => {
  using model = autoencoder({ inputShape: [4], hidden: [], codeSize: 2 })
  annotate(model, { history })
  expect(/History: +(.*)/.exec(String(summary(model)))?.[1]).toBe(expected)
})

test('as JSON a summary is plain values', () => {
  using model = autoencoder({ inputShape: [4], hidden: [], codeSize: 2 })
  expect(JSON.parse(JSON.stringify(summary(model)))).toEqual({
    kind: 'autoencoder',
    inputShape: [4],
    likelihood: 'squaredError',
    layers: [
      { name: 'encoder.0', type: 'dense', outputShape: [2], parameters: 10 },
      { name: 'decoder.0', type: 'dense', outputShape: [4], parameters: 12 },
    ],
    parameters: 22,
    dtypes: { F32: 22 },
    trainedSteps: 0,
    notes: {},
  })
})

const image = [10, 7, 2]
const architectures: readonly [string, Shape, Parameters<typeof convolutionalArchitecture>[0]][] = [
  ['an image', image, {}],
  ['an image and resizing', image, { upsampling: 'resize', channels: [3, 4, 5] }],
  ['an image and dense layers', image, { hidden: [9, 8], normalization: 'batch' }],
  ['an image and a stride of 3', image, { stride: 3, channels: [4], kernelSize: 5 }],
  ['an image and a stride of 1', image, { stride: 1, channels: [4], normalization: 'layer' }],
  ['a signal', [31, 3], { channels: [6, 7] }],
]
const likelihoods = [undefined, gaussian({ standardDeviation: 'perFeature' })]
const cases = architectures.flatMap(([title, inputShape, options]) =>
  likelihoods.map((likelihood) => ({ title, inputShape, options, likelihood, kind: likelihood?.kind ?? 'default' })),
)

test.each(cases)(
  'the output shapes are those of the layers: $title, likelihood $kind',
  ({ inputShape, options, likelihood }) => {
    const architecture = convolutionalArchitecture(options)
    using model = autoencoder({ inputShape, codeSize: 3, architecture, likelihood })
    const encoder = architecture.encoder({ inputShape, seed: 0 })
    const parameters = likelihood?.parameters ?? 1
    const decoder = architecture.decoder({ codeShape: [3], inputShape, parameters, seed: 0 })
    const { layers } = summary(model)
    const expected = [
      ...encoder.layers.map(({ outputShape }) => outputShape),
      [3],
      ...decoder.layers.map(({ outputShape }) => outputShape),
    ]
    expect(layers.map(({ outputShape }) => outputShape)).toEqual(expected)
    const variables = [...Object.values(model.variables), ...Object.values(model.state ?? {})]
    expect(summary(model).parameters).toBe(variables.reduce((sum, { size }) => sum + size, 0))
  },
)

test('the output shapes of dense layers are those of the layers', () => {
  using model = vae({
    inputShape: [3, 2],
    latentSize: 2,
    hidden: [7, 5],
    likelihood: gaussian({ standardDeviation: 'perFeature' }),
  })
  expect(summary(model).layers.map(({ name, outputShape }) => [name, outputShape])).toEqual([
    ['encoder.0', [7]],
    ['encoder.1', [5]],
    ['mean', [2]],
    ['logVariance', [2]],
    ['decoder.0', [5]],
    ['decoder.1', [7]],
    ['decoder.2', [3, 2, 2]],
  ])
})

test('a VQ-VAE has an embedding at each place of its feature map, and a codebook', () => {
  using model = vqVae({
    inputShape: [8, 8, 1],
    codebookSize: 5,
    embeddingSize: 3,
    architecture: convolutionalArchitecture({ channels: [4] }),
  })
  const { layers } = summary(model)
  const shapes = Object.fromEntries(layers.map(({ name, outputShape }) => [name, outputShape]))
  expect(shapes.embedding).toEqual([4, 4, 3])
  expect(shapes['decoder.0']).toEqual([4, 4, 4])
  expect(shapes['decoder.1']).toEqual([8, 8, 1])
  expect(layers.find(({ name }) => name === 'codebook')).toEqual({
    name: 'codebook',
    type: 'values',
    outputShape: undefined,
    parameters: 15,
  })
})

test('the layers of a custom architecture have no output shapes, and those around them have', () => {
  const dense = denseArchitecture({ hidden: [5] })
  using model = autoencoder({
    inputShape: [4],
    codeSize: 2,
    architecture: customArchitecture({ encoder: dense.encoder, decoder: dense.decoder }),
  })
  expect(summary(model).layers.map(({ outputShape }) => outputShape)).toEqual([undefined, [2], [4]])
})

test('a denoising autoencoder says what it wraps, and how long it was trained', async () => {
  using model = denoisingAutoencoder({ model: autoencoder({ inputShape: [4], hidden: [], codeSize: 2 }) })
  for await (const _ of train(model, fromArray(new Float32Array(40).fill(0.5), { shape: [4] }), { epochs: 3 }));
  expect(summary(model)).toMatchObject({
    kind: 'denoisingAutoencoder',
    wraps: 'autoencoder',
    inputShape: [4],
    trainedSteps: 3,
  })
  expect(String(summary(model))).toContain('denoisingAutoencoder of autoencoder')
})

test('summary refuses what is not a model', () => {
  expect(() => summary({} as never)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`summary\` received \`model\` that is not a model.

    Expected: a model
    Received: {  }, whose kind is not a string
    Fix:      pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models]
  `)
})
