// The full error texts for the most common mistakes, as a beginner reads them.
import { adam, evaluate, load, memory, save, selectBackend, train } from '@ae/core'
import { withLabels } from '@ae/datasets'
import { grid } from '@ae/images'
import { gaussianKl, sum } from '@ae/losses'
import { activeUnits } from '@ae/metrics'
import { customArchitecture, gaussianSampler, interpolate, vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { digits, images, inputShape, models } from './world.ts'

const pixels = [[[0.5]]]
const disposed = tf.ones([2, ...inputShape])
disposed.dispose()
const optimizer = tf.train.adam(0.001)

const mistakes: Readonly<Record<string, () => unknown>> = {
  'data that were not awaited': () => train(models.vae, Promise.resolve(digits) as never),
  'data with labels for a model without': () => evaluate(models.vae, withLabels(digits) as never),
  'an optimiser of tfjs': () => train(models.vae, digits, { optimizer: optimizer as never }),
  'options that are null': () => train(models.vae, digits, null as never),
  'a number in the place of options': () => models.vae.sample(4, 3 as never),
  'an option that is misspelt': () => train(models.vae, digits, { epoch: 3 } as never),
  'a callback that is not a function': () => train(models.vae, digits, { onProgress: true as never }),
  'numbers in arrays': () => models.vae.encode(pixels as never),
  'a tensor that is disposed of': () => models.vae.encode(disposed),
  'a store that cannot be read': () => load({ name: 'bucket', write: async () => undefined } as never, vae),
  'a likelihood by its name': () => vae({ inputShape, latentSize: 2, likelihood: 'bernoulli' as never }),
  'a shape with a hole': () => vae({ inputShape: Object.assign([], { 1: 28 }), latentSize: 2 }),
  'an architecture that gives nothing': () =>
    vae({
      inputShape,
      latentSize: 2,
      architecture: customArchitecture({ encoder: () => undefined as never, decoder: () => undefined as never }),
    }),
  'a backend by its name': () => selectBackend('wasm' as never),
  'an objective that gives no terms': () => evaluate(models.vae, digits, { objective: () => undefined as never }),
  'a term that is a number': () => evaluate(models.vae, digits, { objective: () => ({ error: 1 }) as never }),
  'a learning rate that the schedule lacks': () =>
    train(models.autoencoder, digits, { learningRate: () => undefined as never }).next(),
  'an objective that was not called': () => sum(gaussianKl as never, undefined as never),
  'something else than a model, to save': () => save({} as never, memory()),
  'a model of another kind, to sample from': () => gaussianSampler(models.conditionalVae as never, digits),
  'a model without a posterior': () => activeUnits(models.autoencoder as never, digits),
  'a data set in the place of an image': () => interpolate(models.vae, digits as never, images),
  'pixels that are no tensor': () => grid([[1, 0]] as never),
  'an option of adam as text': () => adam({ learningRate: '0.001' as never }),
}

test.each(Object.keys(mistakes))('%s: the text says what, where and how to fix it', async (name) => {
  const before = tf.memory().numTensors
  const error = await (async () => mistakes[name]?.())().then(
    () => 'no error',
    (error: unknown) => error,
  )
  expect(String(error)).toMatchSnapshot()
  expect(tf.memory().numTensors).toBe(before)
})
