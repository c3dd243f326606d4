import { OptionError, registerGradients, sizeOfShape, WeightsError } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { convolutionalArchitecture, customArchitecture, layersArchitecture, vae } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { kerasCase, kerasFile } from '../testing/keras-fixtures.ts'
import { importLayers } from './import-layers.ts'
import { readKeras } from './read-keras.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const valuesOf = (model: { variables: Record<string, tf.Variable> }) =>
  Object.fromEntries(Object.entries(model.variables).map(([name, variable]) => [name, [...variable.dataSync()]]))

/** As the subclassed model of the fixture. */
const subclassed = () =>
  vae({
    inputShape: [8],
    latentSize: 2,
    architecture: layersArchitecture({
      encoder: [{ kind: 'dense', shape: [5], activation: 'relu' }],
      decoder: [
        { kind: 'dense', shape: [4], activation: 'relu' },
        { kind: 'dense', shape: [8] },
      ],
    }),
  })
const map = {
  dense: 'encoder.0',
  dense_1: 'mean',
  z_log_var: 'logVariance',
  dense_2: 'decoder.0',
  dense_3: 'decoder.1',
}

test('layers that a map names fill a model, which then computes what Keras does', async () => {
  const { layers } = await readKeras(kerasFile('subclassed.weights.h5'))
  const { input, output, mean } = kerasCase('subclassed')
  using model = subclassed()
  const report = importLayers(model, layers, { map })
  expect(report).toMatchObject({ missing: [], unexpected: [], skipped: [] })
  expect(report.matched).toContainEqual({ to: 'mean.weight', from: ['dense_1/kernel'], shape: [5, 2] })
  tf.tidy(() => {
    const x = tf.tensor([...input], [2, 8])
    expectClose(model.posterior(x).mean.dataSync(), mean ?? [], { absolute: 1e-5 })
    expectClose(model.reconstruct(x).dataSync(), output, { absolute: 1e-5 })
  })
})

test('layers in the order of the model need no map, nor does a layer that two models share twice', async () => {
  const { layers } = await readKeras(kerasFile('vae.keras'))
  using model = vae({
    inputShape: [8, 8, 1],
    latentSize: 2,
    architecture: layersArchitecture({
      encoder: [
        { kind: 'convolution', channels: 3, kernelSize: 3, stride: 2, activation: 'relu' },
        { kind: 'convolution', channels: 4, kernelSize: 3, stride: 2, activation: 'relu' },
        { kind: 'dense', shape: [6], activation: 'relu' },
      ],
      decoder: [
        { kind: 'dense', shape: [2, 2, 4], activation: 'relu' },
        { kind: 'transposedConvolution', channels: 4, kernelSize: 3, stride: 2, activation: 'relu' },
        { kind: 'transposedConvolution', channels: 3, kernelSize: 3, stride: 2, activation: 'relu' },
        { kind: 'transposedConvolution', channels: 1, kernelSize: 3 },
      ],
    }),
  })
  importLayers(model, layers)
  const { input, output } = kerasCase('vae')
  tf.tidy(() => {
    expectClose(model.reconstruct(tf.tensor([...input], [2, 8, 8, 1])).dataSync(), output, { absolute: 1e-5 })
  })
})

test('a bias before a batch normalisation is taken away from its mean', async () => {
  const { layers } = await readKeras(kerasFile('dense.keras'))
  using model = vae({
    inputShape: [8],
    latentSize: 2,
    architecture: layersArchitecture({
      encoder: [{ kind: 'dense', shape: [6], normalization: 'batch' }],
      decoder: [{ kind: 'dense', shape: [8] }],
    }),
  })
  const first = { first: 'encoder.0', batch_normalization: 'encoder.0.normalization' }
  const report = importLayers(model, layers, { map: first, strict: false })
  const [dense, normal] = [layers[1], layers[2]]
  const expected = Array.from(normal?.tensors.get('moving_mean')?.data ?? [], (mean, i) => {
    return mean - (dense?.tensors.get('bias')?.data[i] ?? 0)
  })
  expectClose(model.state?.['encoder.0.normalization.mean']?.dataSync() ?? [], expected, { absolute: 1e-6 })
  expect(report.missing.map(({ name }) => name)).toContain('mean.weight')
  expect(report.unexpected.map(({ name }) => name)).toContain('code/kernel')
})

test('variables of your own networks are named one by one', async () => {
  const { layers } = await readKeras(kerasFile('subclassed.weights.h5'))
  const network = (outputShape: number[], shape: number[]) => ({
    outputShape,
    variables: { own: tf.variable(tf.zeros(shape)) },
    apply: (x: tf.Tensor) => tf.zeros([x.shape[0] ?? 1, ...outputShape]),
  })
  const architecture = customArchitecture({
    encoder: () => network([5], [8, 5]),
    decoder: () => network([8], [sizeOfShape([5, 8])]),
  })
  using model = vae({ inputShape: [8], latentSize: 2, architecture })
  importLayers(model, layers, { map: { 'dense/kernel': 'encoder.0.own' }, strict: false })
  expect([...(model.variables['encoder.0.own']?.dataSync() ?? [])]).toEqual([
    ...(layers.find(({ name }) => name === 'dense')?.tensors.get('kernel')?.data ?? []),
  ])
})

describe('what it refuses, leaving the model as it was', () => {
  test('layers that do not fit, with every name and shape', async () => {
    const { layers } = await readKeras(kerasFile('subclassed.weights.h5'))
    using model = subclassed()
    const before = valuesOf(model)
    await expectNoLeak(async () => {
      expect(() => importLayers(model, layers, { map: { ...map, dense: 'mean', dense_1: 'encoder.0' } })).toThrow(
        WeightsError,
      )
      expect(() => importLayers(model, layers, { map: { ...map, dense: null } })).toThrowErrorMatchingInlineSnapshot(`
        [WeightsError: \`importLayers\` cannot put these layers into a vae: they do not fit.

        Missing: encoder.0.weight [8, 5], encoder.0.bias [5]
        Fix:     build the model with the layers of the file, or say which goes where: map: { dense: 'encoder.0' }]
      `)
    })
    expect(valuesOf(model)).toEqual(before)
  })

  test('what is not layers, a map that is none, and a model that is disposed of', async () => {
    const { layers } = await readKeras(kerasFile('subclassed.weights.h5'))
    const model = vae({ inputShape: [8, 8, 1], latentSize: 2, architecture: convolutionalArchitecture() })
    expect(() => importLayers(model, [3] as never)).toThrow(OptionError)
    expect(() => importLayers(model, layers, { map: [] as never })).toThrow('received a bad `map`')
    model.dispose()
    expect(() => importLayers(model, layers)).toThrow('disposed of')
  })
})
