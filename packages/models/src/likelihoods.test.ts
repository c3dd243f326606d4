// Models with every likelihood, those that need several raw outputs a feature and those that share a learned one.

import { load, memory, registerGradients, save, train, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { categorical, continuousBernoulli, discretizedLogistic, gaussian, laplace, mixed } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { vae } from './vae.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const inputShape = [4, 6, 1]
const data = fromArray(uniforms('data', { seed: 3 }, 64 * 24), { shape: inputShape })
const likelihoods = {
  'continuous Bernoulli': continuousBernoulli,
  'Gaussian with a shared standard deviation': gaussian({ standardDeviation: 'shared' }),
  'Gaussian with one a feature': gaussian({ standardDeviation: 'perFeature' }),
  'Laplace with a shared scale': laplace({ scale: 'shared' }),
  'Laplace with one a feature': laplace({ scale: 'perFeature' }),
  categorical: categorical({ classes: 5 }),
  'discretised logistic': discretizedLogistic({ levels: 16 }),
  mixed: mixed({
    parts: [
      { kind: 'gaussian', size: 20 },
      { kind: 'categorical', size: 4 },
    ],
  }),
}
const architectures = {
  dense: undefined,
  convolutional: convolutionalArchitecture({ channels: [4] }),
}

describe.each(Object.entries(likelihoods))('%s', (_, likelihood) => {
  test.each(Object.entries(architectures))(
    'trains a %s VAE, decodes into the data, and is restored',
    async (_, architecture) => {
      using model = vae({
        inputShape,
        latentSize: 2,
        likelihood,
        architecture,
        ...(architecture ? {} : { hidden: [16] }),
        seed: 1,
      })
      const shared = model.variables['likelihood.shared']
      expect(shared === undefined).toBe(likelihood.shared === undefined)
      const start = shared?.dataSync()[0]
      const totals: number[] = []
      for await (const { loss } of train(model, data, { epochs: 15, batchSize: 16, learningRate: 5e-3, seed: 2 })) {
        totals.push(loss.total)
      }
      expect(totals.at(-1)).toBeLessThan(totals[0] ?? 0)
      if (shared) expect(shared.dataSync()[0]).not.toBe(start)

      const images = model.sample(3, { seed: 1 })
      expect(images.shape).toEqual([3, ...inputShape])
      const store = memory()
      await save(model, store)
      using again = await load(store, vae)
      const copies = again.sample(3, { seed: 1 })
      expect([...copies.dataSync()]).toEqual([...images.dataSync()])
      tf.dispose([images, copies])
    },
  )

  test('draws examples from p(x given z), whose average over draws is the mean, the same for the same seed', () => {
    using model = vae({ inputShape, latentSize: 3, hidden: [8], likelihood, seed: 1 })
    tf.tidy(() => {
      const drawn = model.sample(3, { draw: true, seed: 5 })
      expect(drawn.shape).toEqual([3, ...inputShape])
      expect(drawn.dataSync()).toEqual(model.sample(3, { draw: true, seed: 5 }).dataSync())
      expect(drawn.dataSync()).not.toEqual(model.sample(3, { seed: 5 }).dataSync())
      const cold = { temperature: 0, seed: 5 } // one latent for all: the mean is the same for each example
      const average = tf.mean(model.sample(4000, { ...cold, draw: true }), 0).dataSync()
      const mean = model.sample(1, cold).dataSync()
      const isLocation = likelihood.kind === 'discretizedLogistic' // its mean is the location, before the tails are cut
      expect(Math.max(...average.map((x, i) => Math.abs(x - (mean[i] as number))))).toBeLessThan(isLocation ? 1 : 0.1)
    })
  })

  test('reconstructs with a plain autoencoder', () => {
    using model = autoencoder({ inputShape, codeSize: 3, hidden: [8], likelihood })
    const reconstruction = model.reconstruct(tf.zeros([2, ...inputShape]))
    expect(reconstruction.shape).toEqual([2, ...inputShape])
  })
})
