import type { GaussianTrace, Objective } from '@ae/core'
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
      return Object.entries(objective(trace, 3)).map(([name, term]) =>
        term instanceof tf.Tensor
          ? [name, [...term.dataSync()]]
          : [name, [...(term as { value: tf.Tensor }).value.dataSync()], (term as { weight: number }).weight],
      )
    })
  expect(read(elbo())).toEqual(read(negativeElbo()))
  expect(elbo().weights?.(3)).toEqual(negativeElbo().weights?.(3))
})
