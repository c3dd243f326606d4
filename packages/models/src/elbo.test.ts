import { type GaussianTrace, type Objective, termsOf } from '@ae/core'
import { negativeElbo } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { elbo } from './elbo.ts'
import { vae } from './vae.ts'

beforeAll(() => tf.setBackend('cpu'))

test('the objective of a VAE gives the terms and weights of negativeElbo(), number for number', () => {
  using model = vae({ inputShape: [5], latentSize: 2, hidden: [3], seed: 1 })
  const read = (objective: Objective<GaussianTrace, string>) =>
    tf.tidy(() => {
      const trace = model.trace(tf.fill([4, 5], 0.3), { seed: 2, step: 3 })
      const terms = Object.entries(termsOf(objective, trace, 3))
      return terms.map(([name, { value, weight }]) => [name, [...value.dataSync()], weight])
    })
  expect(read(elbo())).toEqual(read(negativeElbo()))
})
