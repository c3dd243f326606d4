// What training does with running statistics; values and gradients are held against PyTorch in tooling/conformance.
import { evaluate, load, memory, type Progress, registerGradients, save, type Trainable, train } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from '../autoencoder.ts'
import { conditionalVae } from '../conditional-vae.ts'
import { denoisingAutoencoder } from '../denoising-autoencoder.ts'
import { pretrain } from '../pretrain.ts'
import { stackedAutoencoder } from '../stacked-autoencoder.ts'
import { vqVae } from '../vq-vae.ts'
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

  test('refuses one value a channel in training, before its statistics move', () => {
    const { state, apply } = normalizationLayer('encoder.0.normalization', 'batch', 2)
    const before = valuesOf(state)
    const x = tf.tensor4d([5, -5], [1, 1, 1, 2])
    expect(() => apply(x, { training: true })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`trace\` received a batch of one example in training, which \`encoder.0.normalization\` cannot normalise.

      Expected: 2 values or more of each channel
      Received: [1, 1, 1, 2], one of each
      Fix:      train on batches of 2 examples or more, or build the networks with normalization: 'layer']
    `)
    expect(valuesOf(state)).toEqual(before)
    expect(apply(x, { training: false }).dataSync()[0]).toBeCloseTo(5)
    expect(apply(tf.ones([1, 2, 1, 2]), { training: true }).shape).toEqual([1, 2, 1, 2])
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

describe('training on batches of one example', () => {
  const dense = denseArchitecture({ hidden: [8], normalization: 'batch' })
  const inputShape = [6, 5, 1]
  const small = { inputShape, codeSize: 3, seed: 2 }
  const movedBy = async (model: Trainable, run: () => AsyncIterable<unknown>) => {
    const before = valuesOf({ ...model.variables, ...model.state })
    const toTheEnd = async () => {
      for await (const _ of run());
    }
    await expect(toTheEnd()).rejects.toThrowErrorMatchingSnapshot()
    expect(valuesOf({ ...model.variables, ...model.state })).toEqual(before)
  }

  test('is refused before anything moves where a layer normalises one value an example', async () => {
    using model = autoencoder({ ...small, architecture: dense })
    await movedBy(model, () => train(model, wavesOf(inputShape, 8), { batchSize: 1 }))
    await movedBy(model, () => train(model, wavesOf(inputShape, 1)))
    using deep = autoencoder({
      ...small,
      architecture: convolutionalArchitecture({ channels: [2, 2, 2], normalization: 'batch' }),
    })
    expect(deep.minimumBatch).toBe(2)
    using stacked = stackedAutoencoder({ inputShape, architecture: dense })
    await movedBy(stacked, () => pretrain(stacked, wavesOf(inputShape, 8), { batchSize: 1 }))
    using conditional = conditionalVae({ inputShape, latentSize: 2, classes: 2, architecture: dense })
    using quantized = vqVae({ inputShape, architecture: dense })
    using noisy = denoisingAutoencoder({ model })
    expect([conditional, quantized, noisy].map(({ minimumBatch }) => minimumBatch)).toEqual([2, 2, 2])
  })

  test.each([
    ['no normalisation', denseArchitecture({ hidden: [8] })],
    ['layer normalisation', denseArchitecture({ hidden: [8], normalization: 'layer' })],
    ['several positions', convolutionalArchitecture({ channels: [2, 3], normalization: 'batch' })],
  ])('works with %s', async (_name, architecture) => {
    using model = autoencoder({ ...small, architecture })
    expect(model.minimumBatch).toBe(1)
    for await (const { step } of train(model, wavesOf(inputShape, 3), { batchSize: 1, epochs: 1 })) expect(step).toBe(3)
  })

  test('leaves out a last batch of one, in steps, progress and checkpoints alike', async () => {
    const data = wavesOf(inputShape, 17)
    const run = { batchSize: 8, seed: 5 }
    const seen: number[][] = []
    using whole = autoencoder({ ...small, architecture: dense })
    const onProgress = ({ epoch, batch, batches, step }: Progress) => seen.push([epoch, batch, batches, step])
    for await (const _ of train(whole, data, { ...run, epochs: 2, onProgress }));
    expect(seen).toEqual([
      [1, 1, 2, 1],
      [1, 2, 2, 2],
      [2, 1, 2, 3],
      [2, 2, 2, 4],
    ])
    const store = memory()
    using first = autoencoder({ ...small, architecture: dense })
    for await (const _ of train(first, data, { ...run, epochs: 1, checkpoint: store }));
    using second = autoencoder({ ...small, architecture: dense })
    for await (const _ of train(second, data, { ...run, epochs: 2, resume: store }));
    expect(valuesOf({ ...second.variables, ...second.state })).toEqual(valuesOf({ ...whole.variables, ...whole.state }))
    const evaluated = await Promise.all([8, 17].map((batchSize) => evaluate(whole, data, { batchSize })))
    expect(evaluated[0]?.total).toBeCloseTo(evaluated[1]?.total ?? 0, 4)
  })
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
