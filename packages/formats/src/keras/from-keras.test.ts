import { load, memory, registerGradients, type Shape, save } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { autoencoder, vae } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { kerasCase, kerasFile } from '../testing/keras-fixtures.ts'
import { type FromKerasOptions, fromKeras } from './from-keras.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

type Model = Awaited<ReturnType<typeof fromKeras>>
type Source = Parameters<typeof fromKeras>[0]

/** Compares what a model computes with what Keras does. */
function expectAsKeras(model: Model, name: string, shape?: Shape): void {
  const { input, shape: own, output, code, mean, logVariance } = kerasCase(name)
  const tolerance = { absolute: 1e-5 }
  tf.tidy(() => {
    const x = tf.tensor([...input], [2, ...(shape ?? own)])
    expectClose(model.reconstruct(x).dataSync(), output, tolerance)
    if (code !== undefined) expectClose(model.encode(x).dataSync(), code, tolerance)
    if (mean === undefined) return
    if (model.kind !== 'vae') throw new Error('not a VAE')
    const posterior = model.posterior(x)
    expectClose(posterior.mean.dataSync(), mean, tolerance)
    expectClose(posterior.logVariance.dataSync(), logVariance ?? [], tolerance)
  })
}

const told = { inputShape: [8], activation: 'relu' } as const
const rows: readonly [name: string, kerasCase: string, source: () => Source, options?: FromKerasOptions][] = [
  ['dense layers, normalised, with every activation', 'dense', () => kerasFile('dense.keras'), { code: 'code' }],
  ['the same as .h5', 'dense', () => kerasFile('dense.h5'), { code: 'code' }],
  ['twelve dense layers', 'deep', () => kerasFile('deep.keras')],
  [
    'the weights of twelve dense layers',
    'deep',
    () => kerasFile('deep.weights.h5'),
    { inputShape: [10], activation: 'elu', codeActivation: 'elu', outputActivation: 'linear' },
  ],
  ['a convolutional VAE of two models', 'vae', () => kerasFile('vae.keras')],
  ['the same as .h5', 'vae', () => kerasFile('vae.h5')],
  [
    'the same in two files',
    'vae',
    () => ({ encoder: kerasFile('vae-encoder.keras'), decoder: kerasFile('vae-decoder.keras') }),
  ],
  ['convolutions of odd sizes, enlarged pixels, output padding', 'odd', () => kerasFile('odd.keras')],
  ['signals', 'signals', () => kerasFile('signals.keras')],
  ['a layer that encoder and decoder share', 'sharing', () => kerasFile('sharing.keras')],
  [
    'a VAE of a class of its own',
    'subclassed',
    () => kerasFile('subclassed.keras'),
    { ...told, outputActivation: 'sigmoid' },
  ],
  [
    'its weights alone',
    'subclassed',
    () => kerasFile('subclassed.weights.h5'),
    { ...told, outputActivation: 'sigmoid' },
  ],
  ['a VAE of Keras 2, with a Lambda that draws', 'vae2', () => kerasFile('vae2.h5')],
  ['the same as .keras, without names in its weights', 'vae2', () => kerasFile('vae2.keras')],
  ['an autoencoder of Keras 2', 'dense2', () => kerasFile('dense2.h5')],
  [
    'weights of float16',
    'float16',
    () => kerasFile('float16.weights.h5'),
    { ...told, codeActivation: 'linear', outputActivation: 'linear' },
  ],
  [
    'weights of bfloat16, which HDF5 does not know',
    'bfloat16',
    () => kerasFile('bfloat16.weights.h5'),
    { ...told, codeActivation: 'linear', outputActivation: 'linear' },
  ],
]

describe.each(rows)('%s', (_, name, source, options) => {
  test('becomes a model that computes what Keras does', async () => {
    using model = await fromKeras(source(), options)
    expectAsKeras(model, name)
  })
})

test('the model is saved and loaded like any other', async () => {
  for (const [file, kind] of [
    ['vae.keras', vae],
    ['deep.keras', autoencoder],
  ] as const) {
    using model = await fromKeras(kerasFile(file))
    const store = memory()
    await save(model, store)
    using again = await load(store, kind)
    expectAsKeras(again as Model, file.slice(0, -'.keras'.length))
  }
})

test('dense layers that mirror each other become a dense architecture, others are described one by one', async () => {
  using deep = await fromKeras(kerasFile('deep.keras'))
  using odd = await fromKeras(kerasFile('odd.keras'))
  expect(deep.config).toMatchObject({ architecture: { kind: 'dense', hidden: [9, 8, 7, 6, 5] }, codeSize: 2 })
  expect(odd.config).toMatchObject({ architecture: { kind: 'layers' }, inputShape: [7, 7, 2] })
})

test('examples may have another shape of as many values', async () => {
  using model = await fromKeras(kerasFile('deep.keras'), { inputShape: [5, 2] })
  expectAsKeras(model, 'deep', [5, 2])
})

const refusals: readonly [name: string, source: () => Source, options: FromKerasOptions, message: string][] = [
  ['a layer without a twin', () => kerasFile('pooled.keras'), {}, 'its layer "max_pooling2d" has no twin'],
  [
    'a code that may be either of two',
    () => kerasFile('dense.keras'),
    { code: 'nowhere' },
    'which layer gives the code',
  ],
  [
    'weights alone without what they do not say',
    () => kerasFile('subclassed.weights.h5'),
    {},
    'inputShape: [784], activation:',
  ],
  ['an activation that the file names', () => kerasFile('deep.keras'), { activation: 'relu' }, 'says itself'],
  [
    'a shape of another size',
    () => kerasFile('deep.keras'),
    { inputShape: [9] },
    'what it decodes is not what it encodes',
  ],
  ['weights of convolutions alone', () => kerasFile('vae-encoder.keras'), {}, 'cannot'],
]
test.each(refusals)('%s is refused, and nothing stays allocated', async (_, source, options, message) => {
  await expectNoLeak(async () => {
    await expect(fromKeras(source(), options)).rejects.toThrow(message)
  })
})

test('the refusal names the layer, its class and why', async () => {
  await expect(fromKeras(kerasFile('pooled.keras'))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [WeightsError: \`fromKeras\` cannot build the bytes: its layer "max_pooling2d" has no twin.

    Layer:  MaxPooling2D
    Reason: the layers of this library shrink by the stride of a convolution
    Fix:    build a model yourself, e.g. with customArchitecture, and fill it with importLayers(model, layers, { map })]
  `)
})
