import { type Autoencoder, type Dataset, type GaussianTrace, load, memory, type Trainable, train } from '@ae/core'
import { negativeElbo } from '@ae/losses'
import { expectTypeOf, test } from 'vitest'
import { autoencoder, conditionalVae, denoisingAutoencoder, maskingNoise, vae } from './index.ts'

declare const digits: Dataset
const plain = denoisingAutoencoder({ model: autoencoder({ inputShape: [28, 28, 1] }) })
const variational = denoisingAutoencoder({ model: vae({ inputShape: [28, 28, 1], latentSize: 20 }) })

test('the wrapped model keeps its trace, its terms and what else it can do; only the kind is another', async () => {
  expectTypeOf(variational.kind).toEqualTypeOf<'denoisingAutoencoder'>()
  expectTypeOf(variational.trace).returns.toExtend<GaussianTrace>()
  expectTypeOf(variational.sample).toBeFunction()
  for await (const { loss } of train(variational, digits, { objective: negativeElbo({ beta: 2 }) })) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'reconstruction' | 'kl' | 'total', number>>>()
  }
  for await (const { loss } of train(plain, digits)) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'reconstruction' | 'total', number>>>()
  }
  // @ts-expect-error a plain autoencoder has no prior to sample
  plain.sample
  // @ts-expect-error nor a posterior for the ELBO
  train(plain, digits, { objective: negativeElbo() })
})

test('a loaded one is an autoencoder that can be trained', async () => {
  using loaded = await load(memory(), denoisingAutoencoder)
  expectTypeOf(loaded).toExtend<Autoencoder & Trainable>()
})

test('misuse does not compile', () => {
  // @ts-expect-error a model is needed
  denoisingAutoencoder({ corruption: maskingNoise() })
  // @ts-expect-error the option is corruption
  denoisingAutoencoder({ model: autoencoder({ inputShape: [2] }), noise: maskingNoise() })
  // @ts-expect-error a corruption is an object, not a number
  denoisingAutoencoder({ model: autoencoder({ inputShape: [2] }), corruption: 0.3 })
  // @ts-expect-error a model of labelled examples is not one without labels
  denoisingAutoencoder({ model: conditionalVae({ inputShape: [2], latentSize: 2, classes: 2 }) })
  // @ts-expect-error the option is rate
  maskingNoise({ probability: 0.1 })
})
