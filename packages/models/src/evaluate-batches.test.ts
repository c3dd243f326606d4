// What `evaluate` says of every model that draws at random is the same whatever the batch size.
import { type Batch, type Dataset, evaluate, type LossValues, normals, type Trainable } from '@ae/core'
import { fromArray, withLabels } from '@ae/datasets'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { conditionalVae } from './conditional-vae.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { gaussianNoise, maskingNoise, saltAndPepperNoise } from './corruption/corruption.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { iwae } from './iwae.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const inputShape = [3, 3, 1]
const count = 301
const values = normals('examples', { seed: 2 }, count * 9).map((x) => 1 / (1 + Math.exp(-x)))
const labels = Array.from({ length: count }, (_, i) => i % 3)
const examples = fromArray(values, { shape: inputShape, labels })
const options = { inputShape, hidden: [7], seed: 1 }
const noisy = (corruption: ReturnType<typeof gaussianNoise>) =>
  denoisingAutoencoder({ model: autoencoder({ ...options, codeSize: 3 }), corruption })

const models: [string, () => unknown, unknown?][] = [
  ['vae', () => vae({ ...options, latentSize: 3 })],
  ['iwae', () => iwae({ ...options, latentSize: 3, samples: 5 })],
  ['conditionalVae', () => conditionalVae({ ...options, latentSize: 3, classes: 3 }), withLabels(examples)],
  ['denoisingAutoencoder of gaussianNoise', () => noisy(gaussianNoise())],
  ['denoisingAutoencoder of maskingNoise', () => noisy(maskingNoise())],
  ['denoisingAutoencoder of saltAndPepperNoise', () => noisy(saltAndPepperNoise())],
  ['denoisingAutoencoder of a vae', () => denoisingAutoencoder({ model: vae({ ...options, latentSize: 3 }) })],
  ['contractiveAutoencoder with more than one layer', () => contractiveAutoencoder({ ...options, codeSize: 3 })],
  ['vqVae', () => vqVae({ ...options, codebookSize: 8, embeddingSize: 3 })],
]

/** Between float32 sums in another order; the draws themselves are the same to the bit. */
const tolerance = 1e-6

describe.each(models)('evaluate of %s', (_, make, data = examples) => {
  test('gives the same mean for batches of 1, 7, 256 and 500, to 1e-6 of it', async () => {
    const model = make() as Trainable
    const at = (batchSize: number): Promise<LossValues> =>
      evaluate<never, string, string, Batch>(model as never, data as Dataset<Batch>, { batchSize })
    const whole = await at(count)
    for (const batchSize of [1, 7, 256, 500]) {
      for (const [name, value] of Object.entries(await at(batchSize))) {
        if (name === 'perplexity') continue // a statistic of the batch
        const expected = whole[name] ?? Number.NaN
        expect(Math.abs(value - expected), `${name} at ${batchSize}`).toBeLessThanOrEqual(
          tolerance * Math.abs(expected),
        )
      }
    }
    model.dispose()
  })

  test('gives other numbers for another seed only where something is drawn', async () => {
    const model = make() as Trainable
    const at = (seed: number): Promise<LossValues> =>
      evaluate<never, string, string, Batch>(model as never, data as Dataset<Batch>, { seed })
    const same = (await at(0)).total === (await at(1)).total
    expect(same).toBe(model.kind === 'vqVae')
    model.dispose()
  })
})
