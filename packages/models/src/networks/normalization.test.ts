// What training does with running statistics; values and gradients are held against PyTorch in tooling/conformance.
import { load, memory, registerGradients, save, train } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from '../autoencoder.ts'
import { convolutionalArchitecture } from './convolutional-architecture.ts'
import { denseArchitecture } from './dense-architecture.ts'
import { normalizationLayer, normalize } from './normalization.ts'
import { wavesOf } from './testing/small-data.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const valuesOf = (tensors: Readonly<Record<string, tf.Tensor>> = {}) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]))

describe('batch normalisation', () => {
  test('gives each channel mean 0 and variance 1 over batch and positions', () => {
    const x = tf.randomNormal([4, 5, 6, 2], 3, 2, 'float32', 1)
    const { mean, variance } = tf.moments(normalize(x, tf.ones([2]), tf.zeros([2]), 'batch'), [0, 1, 2])
    expectClose(mean.dataSync(), [0, 0], { absolute: 1e-5 })
    expectClose(variance.dataSync(), [1, 1], { absolute: 1e-4 })
  })

  test('records a tenth of the statistics of training passes, and nothing of others', () => {
    const { state, apply } = normalizationLayer('n', 'batch', 1)
    const x = tf.tensor2d([1, 2, 6], [3, 1]) // mean 3, unbiased variance 7
    apply(x, { training: false })
    expect(valuesOf(state)).toEqual({ 'n.mean': [0], 'n.variance': [1] })
    apply(x, { training: true })
    expectClose(valuesOf(state)['n.mean'] ?? [], [0.3], { relative: 1e-6 })
    expectClose(valuesOf(state)['n.variance'] ?? [], [0.9 + 0.7], { relative: 1e-6 })
  })

  test('stays finite for a single example', () => {
    const { state, apply } = normalizationLayer('n', 'batch', 2)
    const y = apply(tf.tensor2d([[5, -5]]), { training: true })
    expectClose(y.dataSync(), [0, 0])
    expectClose(valuesOf(state)['n.variance'] ?? [], [0.9, 0.9], { relative: 1e-6 })
  })

  test('leaks nothing while a gradient is taken, and its statistics have none', () =>
    expectNoLeak(() => {
      const { variables, state, apply } = normalizationLayer('n', 'batch', 2)
      const x = tf.randomNormal([4, 2])
      const { grads, value } = tf.variableGrads(() => tf.sum(tf.square(apply(x, { training: true }))))
      expect(Object.keys(grads)).toHaveLength(2)
      tf.dispose([grads, value, x, { ...variables }, { ...state }])
    }))
})

test('layer normalisation gives each example mean 0 and variance 1, in training or not', () => {
  const { state, apply } = normalizationLayer('n', 'layer', 3)
  const x = tf.randomNormal([2, 5, 3], 3, 2, 'float32', 1)
  const y = apply(x, { training: true })
  const { mean, variance } = tf.moments(y, [1, 2])
  expectClose(mean.dataSync(), [0, 0], { absolute: 1e-5 })
  expectClose(variance.dataSync(), [1, 1], { absolute: 1e-4 })
  expect(apply(x, { training: false }).dataSync()).toEqual(y.dataSync())
  expect(state).toEqual({})
})

describe.each([
  ['dense', denseArchitecture({ hidden: [8], normalization: 'batch' })],
  ['convolutional', convolutionalArchitecture({ channels: [2, 3], normalization: 'batch' })],
])('a normalised %s autoencoder', (_name, architecture) => {
  const inputShape = [6, 5, 1]
  const options = { inputShape, codeSize: 3, architecture, seed: 2 }
  const data = wavesOf(inputShape, 50) // the last batch holds 2
  const run = { batchSize: 16, seed: 5, learningRate: 0.01 }

  test('has no bias before a normalisation, which would take it away', () => {
    using model = autoencoder(options)
    const names = Object.keys(model.variables)
    expect(names).toContain('encoder.0.normalization.bias')
    expect(names).not.toContain('encoder.0.bias')
    expect(Object.keys(model.state ?? {})).toContain('encoder.0.normalization.mean')
  })

  test('is the same after saving and loading, its running statistics too', async () => {
    using model = autoencoder(options)
    for await (const _ of train(model, data, { ...run, epochs: 2 }));
    const store = memory()
    await save(model, store)
    using again = await load(store, autoencoder)
    const x = tf.ones([2, ...inputShape])
    expect(again.config).toEqual(model.config)
    expect(valuesOf(again.state)).toEqual(valuesOf(model.state))
    expect(valuesOf(model.state)['encoder.0.normalization.mean']).not.toEqual(
      valuesOf(autoencoder(options).state)['encoder.0.normalization.mean'],
    )
    expect(again.reconstruct(x).dataSync()).toEqual(model.reconstruct(x).dataSync())
  })

  test('goes on from a checkpoint as if unbroken', async () => {
    using whole = autoencoder(options)
    for await (const _ of train(whole, data, { ...run, epochs: 3 }));
    const store = memory()
    using first = autoencoder(options)
    for await (const _ of train(first, data, { ...run, epochs: 1, checkpoint: store }));
    using second = autoencoder({ ...options, seed: 77 })
    for await (const _ of train(second, data, { ...run, epochs: 3, resume: store }));
    expect(valuesOf(second.variables)).toEqual(valuesOf(whole.variables))
    expect(valuesOf(second.state)).toEqual(valuesOf(whole.state))
  })
})
