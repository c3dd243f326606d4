import { load, memory, registerGradients, save, train, uniforms } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import { gaussian } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { autoencoder } from '../autoencoder.ts'
import { vae } from '../vae.ts'
import { type CustomNetwork, customArchitecture } from './custom-architecture.ts'
import { lossesOf, wavesOf } from './testing/small-data.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

/** x weight, and a counter of training passes as state. */
function linear(inputs: number, outputShape: readonly number[], seed: number): CustomNetwork {
  const outputs = outputShape.reduce((a, b) => a * b, 1)
  const values = uniforms('own', { seed }, inputs * outputs).map((u) => u - 0.5)
  const weight = tf.tidy(() => tf.variable(tf.tensor2d(values, [inputs, outputs])))
  const passes = tf.tidy(() => tf.variable(tf.scalar(0), false))
  return {
    outputShape,
    variables: { weight },
    state: { passes },
    apply(x, { training }) {
      if (training) passes.assign(tf.add(passes, 1))
      return tf.reshape(tf.matMul(tf.reshape(x, [-1, inputs]) as tf.Tensor2D, weight), [-1, ...outputShape])
    },
  }
}

const own = () =>
  customArchitecture({
    encoder: ({ inputShape, seed }) => linear(inputShape[0] ?? 0, [3], seed),
    decoder: ({ codeShape, inputShape, parameters, seed }) =>
      linear(codeShape[0] ?? 0, parameters === 1 ? inputShape : [...inputShape, parameters], seed),
  })
const options = { inputShape: [6], codeSize: 2, architecture: own(), seed: 4 }

test('an own network trains, with names of its own and its state', async () => {
  using model = autoencoder(options)
  expect(Object.keys(model.variables).sort()).toEqual([
    'decoder.0.weight',
    'encoder.0.weight',
    'encoder.1.bias',
    'encoder.1.weight',
  ])
  const losses = await lossesOf(train(model, wavesOf([6], 32), { epochs: 10, batchSize: 16, learningRate: 0.02 }))
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.9)
  expect(model.state?.['encoder.0.passes']?.dataSync()[0]).toBe(20)
})

test('an own network serves likelihoods with several parameters a feature', () => {
  using model = vae({
    inputShape: [6],
    latentSize: 2,
    architecture: own(),
    likelihood: gaussian({ standardDeviation: 'perFeature' }),
  })
  expect(model.output(tf.ones([3, 2])).shape).toEqual([3, 6, 2])
})

test('a saved model is loaded by a kind that is given the functions again', async () => {
  const store = memory()
  using model = autoencoder(options)
  model.state?.['decoder.0.passes']?.assign(tf.scalar(7))
  await save(model, store)
  using again = await load(store, { kind: 'autoencoder', fromConfig: () => autoencoder({ ...options, seed: 9 }) })
  const x = tf.ones([2, 6])
  expect(again.reconstruct(x).dataSync()).toEqual(model.reconstruct(x).dataSync())
  expect(again.state?.['decoder.0.passes']?.dataSync()[0]).toBe(7)
  await expect(
    load(store, autoencoder).catch((error: Error) => {
      throw error.cause
    }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`architectureFromConfig\` cannot restore a custom architecture: its functions are not in the file.

    Fix: pass a kind with your own functions, e.g. load(store, { kind: 'vae', fromConfig: () => vae({ ...yourOptions }) })]
  `)
})

test('refuses a network that lies about its output, and one that is no decoder of the model', () =>
  expectNoLeak(() => {
    const lying = customArchitecture({
      encoder: () => ({ ...linear(6, [3], 1), outputShape: [4] }),
      decoder: () => linear(2, [6], 1),
    })
    using model = autoencoder({ ...options, architecture: lying })
    const x = tf.ones([2, 6])
    expect(() => model.encode(x)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: The \`encoder\` of \`customArchitecture\` returned an output whose shape is not its \`outputShape\`.

      Input:    [2, 6]
      Expected: [2, 4]
      Received: [2, 3]
      Fix:      give the encoder the outputShape [3], or mend its apply]
    `)
    x.dispose()
    const short = customArchitecture({ encoder: () => linear(6, [3], 1), decoder: () => linear(2, [5], 1) })
    expect(() =>
      short.decoder({ codeShape: [2], inputShape: [6], parameters: 1, seed: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: The \`decoder\` of \`customArchitecture\` has a different \`outputShape\` from the one that the model needs.

      Expected: [6]
      Received: [5]
      Fix:      end the decoder with inputShape or, where its option \`parameters\` is above 1, [...inputShape, parameters]]
    `)
  }))

test('refuses what is no function', () => {
  expect(() => customArchitecture({ encoder: own().encoder, decoder: 3 as never })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`customArchitecture\` received a bad \`decoder\`.

    Expected: a function
    Received: 3
    Fix:      pass a function]
  `)
})
