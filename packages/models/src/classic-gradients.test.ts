// The objective of each model of the classic family, in every variable, against central differences.
import { type Autoencoder, registerGradients, type Terms, type Trainable } from '@ae/core'
import { centralDifferences, expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { maskingNoise } from './corruption/corruption.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { sparseAutoencoder } from './sparse-autoencoder.ts'
import { stackedAutoencoder } from './stacked-autoencoder.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = { inputShape: [6], hidden: [5], codeSize: 4, activation: 'tanh', seed: 2 } as const
const models: Readonly<Record<string, () => Autoencoder & Trainable>> = {
  stacked: () => stackedAutoencoder({ ...options, codeActivation: 'tanh' }),
  'sparse by KL': () => sparseAutoencoder({ ...options, sparsity: { kind: 'kl', weight: 1 } }),
  'sparse by L1': () => sparseAutoencoder({ ...options, codeActivation: 'tanh', sparsity: { kind: 'l1', weight: 2 } }),
  'sparse by top k': () => sparseAutoencoder({ ...options, sparsity: { kind: 'topK', count: 2 } }),
  denoising: () =>
    denoisingAutoencoder({ model: autoencoder({ ...options, codeActivation: 'tanh' }), corruption: maskingNoise() }),
  'contractive, exact': () => contractiveAutoencoder({ ...options, hidden: [], weight: 2 }),
  'contractive, estimated': () => contractiveAutoencoder({ ...options, weight: 2 }),
}

/** What `train` minimises. */
function totalOf(terms: Terms): tf.Scalar {
  const parts = Object.values(terms).map((term) =>
    'weight' in term ? tf.mul(tf.mean(term.value), term.weight) : tf.mean(term),
  )
  return tf.addN(parts) as tf.Scalar
}

test.each(Object.entries(models))('%s', async (_name, create) => {
  using model = create()
  tf.tidy(() => {
    for (const variable of Object.values(model.variables)) variable.assign(tf.mul(variable, 3)) // larger gradients
  })
  const x = tf.tensor2d([
    [0.1, 0.9, 0.4, 0.3, 0.7, 0.2],
    [0.8, 0.2, 0.6, 0.9, 0.1, 0.5],
  ])
  const total = () => tf.tidy(() => totalOf(model.objective(model.trace(x, { seed: 3, step: 1 }), 0)))
  const { grads } = tf.variableGrads(total, Object.values(model.variables))
  for (const [name, variable] of Object.entries(model.variables)) {
    const start = [...variable.dataSync()]
    const differences = await centralDifferences(
      (values) => {
        variable.assign(tf.tensor([...values], variable.shape))
        return total().dataSync()[0] as number
      },
      start,
      { step: 2 ** -8 },
    )
    variable.assign(tf.tensor(start, variable.shape))
    const gradient = grads[variable.name]?.dataSync() ?? start.map(() => 0)
    expectClose(gradient, differences, { absolute: 2e-3, relative: 1e-2 })
    expect(Math.max(...differences.map(Math.abs)), name).toBeGreaterThan(0.015) // or nothing was compared
  }
})
