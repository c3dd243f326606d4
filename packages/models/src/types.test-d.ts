import { type Dataset, type Trace, train } from '@ae/core'
import { klDivergence, negativeElbo, reconstruction, sum, weighted } from '@ae/losses'
import { mean, square } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import { autoencoder, vae } from './index.ts'

declare const digits: Dataset
const plain = autoencoder({ inputShape: [28, 28, 1], codeSize: 32 })
const variational = vae({ inputShape: [28, 28, 1], latentSize: 20 })

test('a report has the terms of its objective, and no others', async () => {
  for await (const { loss } of train(variational, digits)) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'reconstruction' | 'kl' | 'total', number>>>()
  }
  for await (const { loss } of train(variational, digits, { objective: reconstruction() })) {
    expectTypeOf(loss.reconstruction).toBeNumber()
    // @ts-expect-error no kl term in this objective
    loss.kl
  }
})

test('an objective of the user composes with ours', async () => {
  const codeSize = ({ code }: Trace) => ({ codeSize: mean(square(code)) })
  const objective = sum(reconstruction(), weighted(0.5, klDivergence()), codeSize)
  for await (const { loss } of train(variational, digits, { objective })) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'reconstruction' | 'kl' | 'codeSize' | 'total', number>>>()
  }
  // @ts-expect-error a plain autoencoder has no posterior
  train(plain, digits, { objective })
})

test('a plain autoencoder has no posterior for the ELBO', () => {
  // @ts-expect-error a plain autoencoder has no posterior
  train(plain, digits, { objective: negativeElbo() })
})

test('a misspelt option does not compile', () => {
  // @ts-expect-error the option is latentSize
  vae({ inputShape: [28, 28, 1], latentDim: 16 })
  // @ts-expect-error the option is epochs
  train(variational, digits, { epoch: 3 })
})
