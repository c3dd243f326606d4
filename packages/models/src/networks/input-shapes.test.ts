// Models of every architecture learn rows of a table, signals and images alike.
import { type Autoencoder, registerGradients, type Trainable, train } from '@ae/core'
import { gaussian } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from '../autoencoder.ts'
import { vae } from '../vae.ts'
import type { Architecture } from './architecture.ts'
import { convolutionalArchitecture } from './convolutional-architecture.ts'
import { denseArchitecture } from './dense-architecture.ts'
import { lossesOf, wavesOf } from './testing/small-data.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const architectures: Readonly<Record<string, Architecture>> = {
  dense: denseArchitecture({ hidden: [16], activation: 'elu' }),
  transpose: convolutionalArchitecture({ channels: [4, 5], normalization: 'batch' }),
  resize: convolutionalArchitecture({ channels: [4, 5], hidden: [8], upsampling: 'resize', activation: 'leakyRelu' }),
}
const shapes = { 'rows of a table': [9], signals: [9, 2], images: [6, 5, 1], 'images in colour': [4, 5, 3] }
const models: Readonly<Record<string, (inputShape: number[], architecture: Architecture) => Autoencoder & Trainable>> =
  {
    autoencoder: (inputShape, architecture) =>
      autoencoder({ inputShape, architecture, codeSize: 4, codeActivation: 'linear', seed: 1 }),
    vae: (inputShape, architecture) =>
      vae({ inputShape, architecture, latentSize: 2, likelihood: gaussian({ standardDeviation: 0.2 }), seed: 1 }),
  }
const rows = Object.entries(shapes).flatMap(([data, shape]) =>
  Object.entries(architectures)
    .filter(([name]) => shape.length > 1 || name === 'dense')
    .flatMap(([name, architecture]) =>
      Object.keys(models).map((model) => ({ model, data, shape, name, architecture })),
    ),
)

describe.each(rows)('$model, $name, on $data', ({ model: kind, shape, architecture }) => {
  test('the loss falls', async () => {
    using model = models[kind]?.(shape, architecture) as Autoencoder & Trainable
    const data = wavesOf(shape, 64)
    const losses = await lossesOf(train(model, data, { epochs: 8, batchSize: 16, learningRate: 0.02, seed: 1 }))
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.8)
    const x = tf.zeros([2, ...shape])
    expect(model.reconstruct(x).shape).toEqual(x.shape)
  })
})
