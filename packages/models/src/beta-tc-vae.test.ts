import { load, memory, registerGradients, save, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { betaTcVae } from './beta-tc-vae.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = { inputShape: [28, 28, 1], latentSize: 4, hidden: [32], exampleCount: 256, seed: 1 }

describe('betaTcVae', () => {
  test('reports its four terms, and their weighted sum as the total', async () => {
    using model = betaTcVae({ ...options, alpha: 0.5, beta: 3, gamma: 2 })
    const digits = await mnist({ split: 'train', limit: 256 })
    for await (const { loss } of train(model, digits, { epochs: 1, batchSize: 64 })) {
      const { reconstruction, mutualInformation, totalCorrelation, dimensionWiseKl, total } = loss
      expect(total).toBeCloseTo(
        reconstruction + 0.5 * mutualInformation + 3 * totalCorrelation + 2 * dimensionWiseKl,
        2,
      )
    }
  })

  test('keeps the number of examples and the weights in its file', async () => {
    using model = betaTcVae({ ...options, beta: 3 })
    const store = memory()
    await save(model, store)
    using loaded = await load(store, betaTcVae)
    expect(loaded.config).toEqual(model.config)
    expect(loaded.config).toMatchObject({ exampleCount: 256, alpha: 1, beta: 3, gamma: 1 })
  })

  test('refuses a negative weight, and to guess the number of examples', () => {
    expect(() => betaTcVae({ ...options, alpha: -1 })).toThrow('`betaTcVae` received a bad `alpha`')
    expect(() => betaTcVae({ inputShape: [4], latentSize: 2 } as never)).toThrow('needs the option `exampleCount`')
  })
})
