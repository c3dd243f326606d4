import { type Dataset, type GaussianTrace, type Trace, termsOf, train, type WeightedTerm } from '@ae/core'
import { klDivergence, negativeElbo, reconstruction, sum, weighted } from '@ae/losses'
import { mean, square, type Tensor } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import { autoencoder, vae } from './index.ts'

declare const digits: Dataset
declare const images: Tensor
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

test('an objective that is data where it is passed knows its trace, and gives its names', async () => {
  const run = train(variational, digits, {
    objective: { terms: { spread: { value: ({ posterior }) => mean(posterior.logVariance), weight: (step) => step } } },
  })
  for await (const { loss } of run) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'spread' | 'total', number>>>()
  }
  // @ts-expect-error a plain autoencoder has no posterior
  train(plain, digits, { objective: { terms: { spread: { value: ({ posterior }) => posterior.mean } } } })
  // @ts-expect-error the member is weight
  train(plain, digits, { objective: { terms: { size: { value: ({ code }) => code, wieght: 2 } } } })
})

test('what a model minimises composes, and is measured example by example', () => {
  const objective = sum(variational.objective, { terms: { size: { value: ({ code }: Trace) => mean(code) } } })
  expectTypeOf(train(variational, digits, { objective })).toEqualTypeOf<
    ReturnType<typeof train<GaussianTrace, 'reconstruction' | 'kl' | 'size'>>
  >()
  const terms = termsOf(variational.objective, variational.trace(images))
  expectTypeOf(terms).toEqualTypeOf<Readonly<Record<'reconstruction' | 'kl', WeightedTerm>>>()
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
