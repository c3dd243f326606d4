import { isRepeatable, load, memory, repeatable, save } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { betaTcVae } from './beta-tc-vae.ts'
import { conditionalVae } from './conditional-vae.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { type Corruption, gaussianNoise, maskingNoise, saltAndPepperNoise } from './corruption/corruption.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { iwae } from './iwae.ts'
import type { Architecture } from './networks/architecture.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { customArchitecture } from './networks/custom-architecture.ts'
import { denseArchitecture } from './networks/dense-architecture.ts'
import { sparseAutoencoder } from './sparse-autoencoder.ts'
import { stackedAutoencoder } from './stacked-autoencoder.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const inputShape = [4, 4, 1]
const isMarked = (model: { trace: Parameters<typeof isRepeatable>[0]; dispose(): void }) => {
  model.dispose()
  return isRepeatable(model.trace)
}
const custom = (mark = <network>(network: network) => network): Architecture => {
  const flat = mark(() => ({
    outputShape: inputShape,
    variables: {},
    apply: (x: tf.Tensor) => tf.reshape(tf.slice(tf.reshape(x, [-1]), 0, 16), [-1, ...inputShape]),
  }))
  return customArchitecture({ encoder: flat, decoder: flat })
}

describe('the passes of built-in models compute the same in every step', () => {
  test.each([
    ['autoencoder', () => autoencoder({ inputShape })],
    ['stacked', () => stackedAutoencoder({ inputShape })],
    ['sparse', () => sparseAutoencoder({ inputShape })],
    ['contractive', () => contractiveAutoencoder({ inputShape })],
    ['vae', () => vae({ inputShape, latentSize: 2 })],
    ['conditional', () => conditionalVae({ inputShape, latentSize: 2, classes: 3 })],
    ['importance weighted', () => iwae({ inputShape, latentSize: 2 })],
    ['beta-TC', () => betaTcVae({ inputShape, latentSize: 2, exampleCount: 9 })],
    ['vector-quantised', () => vqVae({ inputShape, hidden: [3], positions: 2 })],
    [
      'dense, normalised',
      () => vae({ inputShape, latentSize: 2, architecture: denseArchitecture({ normalization: 'batch' }) }),
    ],
    [
      'convolutional',
      () => vae({ inputShape, latentSize: 2, architecture: convolutionalArchitecture({ channels: [2] }) }),
    ],
    ...[gaussianNoise(), maskingNoise(), saltAndPepperNoise()].map((corruption) => {
      return [
        corruption.config.kind,
        () => denoisingAutoencoder({ model: autoencoder({ inputShape }), corruption }),
      ] as const
    }),
  ] as const)('%s', (_, make) => {
    expect(isMarked(make())).toBe(true)
  })

  test('loaded ones too', async () => {
    using model = vae({ inputShape, latentSize: 2 })
    const store = memory()
    await save(model, store)
    expect(isMarked(await load(store, vae))).toBe(true)
  })
})

describe('what is not known to compute the same makes a model that is not', () => {
  test('networks of your own, unless they say so', () => {
    expect(isMarked(vae({ inputShape, latentSize: 2, architecture: custom() }))).toBe(false)
    expect(isMarked(iwae({ inputShape, latentSize: 2, architecture: custom() }))).toBe(false)
    expect(isMarked(vae({ inputShape, latentSize: 2, architecture: custom(repeatable as never) }))).toBe(true)
  })

  test('a corruption of your own', () => {
    const corruption: Corruption = { corrupt: (x) => tf.clone(x), config: { kind: 'none' } }
    expect(isMarked(denoisingAutoencoder({ model: autoencoder({ inputShape }), corruption }))).toBe(false)
  })

  test('a wrapped model', () => {
    const model = autoencoder({ inputShape, architecture: custom() })
    expect(isMarked(denoisingAutoencoder({ model }))).toBe(false)
  })

  test('a pass of your own in the place of a model’s', () => {
    using model = vae({ inputShape, latentSize: 2 })
    const { trace } = { ...model, trace: (x: tf.Tensor) => model.trace(x) }
    expect(isRepeatable(trace)).toBe(false)
  })
})
