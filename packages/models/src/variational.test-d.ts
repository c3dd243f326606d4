import { type Autoencoder, type Dataset, type LabelledBatch, train } from '@ae/core'
import { betaTotalCorrelation, importanceWeightedBound, negativeElbo } from '@ae/losses'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import { betaTcVae, conditionalVae, interpolate, iwae, type VariationalAutoencoder, vae } from './index.ts'

declare const digits: Dataset
declare const labelled: Dataset<LabelledBatch>
declare const x: Tensor
const shape = { inputShape: [28, 28, 1], latentSize: 8 }
const conditional = conditionalVae({ ...shape, classes: 10 })
const weighted = iwae(shape)
const separated = betaTcVae({ ...shape, exampleCount: 60_000 })

test('a conditional model needs labels', async () => {
  for await (const { loss } of train(conditional, labelled, { validation: labelled })) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'reconstruction' | 'kl' | 'total', number>>>()
  }
  // @ts-expect-error examples without labels
  train(conditional, digits)
  // @ts-expect-error validation without labels
  train(conditional, labelled, { validation: digits })
  // @ts-expect-error labels for a model that takes none
  train(vae(shape), labelled)
  // @ts-expect-error which label?
  conditional.encode(x)
  // @ts-expect-error which labels?
  conditional.sample(16)
  // @ts-expect-error the option is classes
  conditionalVae({ ...shape, labels: 10 })
})

test('a conditional model is an autoencoder for one label only', () => {
  conditional.sample([1, 2] as const)
  conditional.sample({} as Tensor1D, { seed: 1 })
  expectTypeOf(conditional.forLabel(3)).toExtend<Autoencoder>()
  interpolate(conditional.forLabel(3), x, x)
  // @ts-expect-error it cannot encode without labels
  interpolate(conditional, x, x)
})

test('an IWAE reports its bound, is used as a VAE, and takes the objective of one', async () => {
  for await (const { loss } of train(weighted, digits)) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'bound' | 'reconstruction' | 'kl' | 'total', number>>>()
  }
  expectTypeOf(weighted).toExtend<VariationalAutoencoder>()
  train(weighted, digits, { objective: negativeElbo() })
  train(vae(shape), digits, { objective: importanceWeightedBound() })
  // @ts-expect-error standard or doublyReparameterized
  iwae({ ...shape, gradient: 'dreg' })
})

test('a beta-TCVAE reports four terms, and needs the number of examples', async () => {
  for await (const { loss } of train(separated, digits)) {
    expectTypeOf(loss.totalCorrelation).toBeNumber()
    // @ts-expect-error the term is taken apart
    loss.kl
  }
  train(vae(shape), digits, { objective: betaTotalCorrelation({ exampleCount: 1000 }) })
  // @ts-expect-error exampleCount is missing
  betaTcVae(shape)
})
